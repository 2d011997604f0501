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

        await TopicSettings.SetAsync(settings, Input, ("retention.ms", "60000"), ("unclean.leader.election.enable", "true"));
        await TopicSettings.SetAsync(settings, $"{Input}-state", ("cleanup.policy", "delete"));
        Assert.Equal(
            [
                "Topic contradicted has retention.ms=60000, the catalogue has 3600000: what is not read in that time is lost.",
                "Topic contradicted has unclean.leader.election.enable=true: acknowledged records may be lost.",
                "Topic contradicted-state has cleanup.policy=delete, the catalogue has compact.",
            ],
            await FindAsync());

        await using var member = await CountingMember.StartAsync(kafka, Input);
        await Until.TrueAsync("the member ends", () => member.IsStopping, () => "it runs", CountingMember.Patience);
        Assert.False(member.Runtime.HasAssignment);

        async Task<IReadOnlyList<string>> FindAsync()
        {
            var configuration = await ClusterConfiguration.ReadAsync(settings, [.. topics.Select(topic => topic.Name)], NullLogger.Instance, token);
            return ClusterCheck.FindContradictions(configuration!, topics, Needs);
        }
    }
}
