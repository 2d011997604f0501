using Confluent.Kafka;
using StreamSocial.Kafka.Tests.Hosting.Kafka.Processes;
using StreamSocial.Topics;

namespace StreamSocial.Kafka.Tests.Groups;

public sealed class RealGroupTests(KraftFixture kafka, ITestOutputHelper output)
{
    [Theory]
    [InlineData(GroupProtocol.Consumer)]
    [InlineData(GroupProtocol.Classic)]
    public async Task Group_SmallTable_EveryPartitionHasOneOwner(GroupProtocol protocol)
    {
        var settings = await kafka.GetSettingsAsync();
        TopicSpec[] topics = [Spec("group-a", 60), Spec("group-b", 30), Spec("group-c", 60)];
        using (var administrator = await kafka.GetAdministratorAsync())
            await administrator.CreateAsync(topics, TestContext.Current.CancellationToken);
        await new GroupScenario(settings, protocol, [.. topics.Select(topic => (topic.Name, topic.Partitions))], output).RunAsync();
    }

    private static TopicSpec Spec(string name, int partitions) => new(name, partitions, CleanupPolicy.Delete, TimeSpan.FromDays(1), "");
}
