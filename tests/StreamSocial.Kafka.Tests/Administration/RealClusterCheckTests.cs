using Confluent.Kafka;
using Confluent.Kafka.Admin;
using Microsoft.Extensions.Logging.Abstractions;
using StreamSocial.Kafka.Administration;
using StreamSocial.Kafka.Tests.Hosting.Kafka.Processes;
using StreamSocial.Kafka.Tests.Streams;

namespace StreamSocial.Kafka.Tests.Administration;

public sealed class RealClusterCheckTests(KraftFixture kafka)
{
    private static readonly ClientNeeds Needs = new(TimeSpan.FromSeconds(10), SessionTimeout: null, Members: 1);

    [Fact]
    public async Task Member_TopicsAreSetOtherwise_DoesNotStartAndAllIsListed()
    {
        const string Input = "contradicted";
        var token = TestContext.Current.CancellationToken;
        var settings = await kafka.GetSettingsAsync();
        var topics = CountingMember.CatalogOf(Input).Topics;
        using (var administrator = await kafka.GetAdministratorAsync())
            await administrator.CreateAsync(topics, token);
        Assert.Empty(await FindAsync());

        await SetAsync(settings, Input, ("retention.ms", "60000"), ("unclean.leader.election.enable", "true"));
        await SetAsync(settings, $"{Input}-state", ("cleanup.policy", "delete"));
        // Any broker may be asked, and one learns of a change later than another.
        var inARow = 0;
        IReadOnlyList<string> found = [];
        await Until.TrueAsync(
            "all brokers use all three",
            async () => (inARow = (found = await FindAsync()).Count == 3 ? inARow + 1 : 0) == 5,
            () => $"the last found {found.Count}",
            CountingMember.Patience);
        Assert.Equal(
            [
                "Topic contradicted has retention.ms=60000, the catalogue has 3600000: what is not read in that time is lost.",
                "Topic contradicted has unclean.leader.election.enable=true: acknowledged records may be lost.",
                "Topic contradicted-state has cleanup.policy=delete, the catalogue has compact.",
            ],
            found);

        await using var member = await CountingMember.StartAsync(kafka, Input);
        await Until.TrueAsync("the member ends", () => member.IsStopping, () => "it runs", CountingMember.Patience);
        Assert.False(member.Runtime.HasAssignment);

        async Task<IReadOnlyList<string>> FindAsync()
        {
            var configuration = await ClusterConfiguration.ReadAsync(settings, [.. topics.Select(topic => topic.Name)], NullLogger.Instance, token);
            return ClusterCheck.FindContradictions(configuration!, topics, Needs);
        }
    }

    private static async Task SetAsync(KafkaClientSettings settings, string topic, params (string Name, string Value)[] values)
    {
        using var admin = new AdminClientBuilder(settings.CreateAdminConfig("cluster-check-test")).SetLogHandler((_, _) => { }).Build();
        await admin.IncrementalAlterConfigsAsync(new Dictionary<ConfigResource, List<ConfigEntry>>
        {
            [new ConfigResource { Type = ResourceType.Topic, Name = topic }] =
                [.. values.Select(value => new ConfigEntry { Name = value.Name, Value = value.Value, IncrementalOperation = AlterConfigOpType.Set })],
        });
    }
}
