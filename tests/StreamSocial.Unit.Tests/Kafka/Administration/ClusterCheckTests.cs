using StreamSocial.Kafka.Administration;
using StreamSocial.Topics;

namespace StreamSocial.Unit.Tests.Kafka.Administration;

public sealed class ClusterCheckTests
{
    private static readonly TopicSpec Clicks = new("clicks", 4, CleanupPolicy.Delete, TimeSpan.FromDays(1), "of a test");
    private static readonly TopicSpec Members = new("members", 1, CleanupPolicy.Compact, null, "of a test") { HasAppendTimes = true };
    private static readonly ClientNeeds Needs = new(TimeSpan.FromSeconds(10), SessionTimeout: null, Members: 3);

    [Fact]
    public void FindContradictions_ClusterAsMeant_FindsNone() =>
        Assert.Empty(Find(new() { ["transaction.max.timeout.ms"] = "900000", ["group.max.size"] = "2", ["group.consumer.session.timeout.ms"] = "3000", ["group.consumer.heartbeat.interval.ms"] = "500" }, Meant()));

    [Theory]
    [InlineData("transaction.max.timeout.ms", "5000", "Broker 2 has transaction.max.timeout.ms=5000; checkpoints are transactions of 10000 ms")]
    [InlineData("group.consumer.max.size", "1", "Broker 2 has group.consumer.max.size=1; this member would be number 3")]
    [InlineData("group.consumer.session.timeout.ms", "900", "Broker 2 has group.consumer.session.timeout.ms=900 and group.consumer.heartbeat.interval.ms=500")]
    public void FindContradictions_OneBrokersSetting_IsNamedWithBothValues(string name, string value, string expected)
    {
        var settings = new Dictionary<string, string> { ["group.consumer.heartbeat.interval.ms"] = "500", [name] = value };

        Assert.StartsWith(expected, Assert.Single(Find(settings, Meant())), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(1_000, "group.min.session.timeout.ms=6000")]
    [InlineData(90_000, "group.max.session.timeout.ms=60000")]
    [InlineData(10_000, "group.max.size=2; this member would be number 3")]
    public void FindContradictions_ClassicGroup_MustBeWithinTheBrokersBounds(int sessionMs, string expected)
    {
        var size = expected.Contains("size", StringComparison.Ordinal) ? "2" : "10";
        var settings = new Dictionary<string, string> { ["group.max.size"] = size, ["group.min.session.timeout.ms"] = "6000", ["group.max.session.timeout.ms"] = "60000", ["group.consumer.session.timeout.ms"] = "1" };

        var found = Find(settings, Meant(), Needs with { SessionTimeout = TimeSpan.FromMilliseconds(sessionMs) });

        Assert.Contains(expected, Assert.Single(found), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("cleanup.policy", "compact", "Topic clicks has cleanup.policy=compact, the catalogue has delete.")]
    [InlineData("retention.ms", "3600000", "Topic clicks has retention.ms=3600000, the catalogue has 86400000: what is not read in that time is lost.")]
    [InlineData("retention.bytes", "1000", "Topic clicks has retention.bytes=1000, the catalogue has none: what is not read before so much more has come is lost.")]
    [InlineData("min.insync.replicas", "4", "Topic clicks has min.insync.replicas=4 and 3 copies: nothing can be written to it.")]
    [InlineData("min.insync.replicas", "1", "Topic clicks has min.insync.replicas=1, the catalogue has 2: an acknowledged record may be on one broker only.")]
    [InlineData("unclean.leader.election.enable", "true", "Topic clicks has unclean.leader.election.enable=true: acknowledged records may be lost.")]
    public void FindContradictions_TopicsSetting_IsNamedWithBothValues(string name, string value, string expected)
    {
        var topics = Meant();
        topics["clicks"][name] = value;

        Assert.Equal([expected], Find([], topics));
    }

    [Theory]
    [InlineData("-1")]
    [InlineData("604800000")]
    public void FindContradictions_TopicKeepsItsRecordsLonger_IsNone(string retentionMs)
    {
        var topics = Meant();
        topics["clicks"]["retention.ms"] = retentionMs;

        Assert.Empty(Find([], topics));
    }

    [Fact]
    public void FindContradictions_Several_AreAllListedInOneError()
    {
        var topics = Meant();
        topics["clicks"]["retention.ms"] = "1";
        topics["members"]["message.timestamp.type"] = "CreateTime";

        var found = Find(new() { ["transaction.max.timeout.ms"] = "1" }, topics);

        Assert.Equal(3, found.Count);
        Assert.All(found, sentence => Assert.Contains(sentence, new ClusterCheckException(found).Message, StringComparison.Ordinal));
    }

    private static Dictionary<string, Dictionary<string, string>> Meant() => new()
    {
        ["clicks"] = Clicks.Configuration.ToDictionary(),
        ["members"] = Members.Configuration.ToDictionary(),
    };

    private static IReadOnlyList<string> Find(Dictionary<string, string> broker, Dictionary<string, Dictionary<string, string>> topics, ClientNeeds? needs = null) => ClusterCheck.FindContradictions(
        new ClusterConfiguration(
            new Dictionary<int, IReadOnlyDictionary<string, string>> { [2] = broker },
            topics.ToDictionary(topic => topic.Key, topic => new TopicConfiguration(3, topic.Value, new HashSet<string>()))),
        [Clicks, Members, Clicks with { Name = "not-there-yet" }],
        needs ?? Needs);
}
