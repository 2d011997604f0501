using StreamSocial.Kafka.Administration;
using StreamSocial.Topics;

namespace StreamSocial.Unit.Tests.Kafka.Administration;

public sealed class TopicComparisonTests
{
    private static readonly TopicSpec Actions = new("user-actions", 1000, CleanupPolicy.Delete, TimeSpan.FromDays(7), "");
    private static readonly TopicSpec Members = new("members", 1, CleanupPolicy.CompactAndDelete, TimeSpan.FromDays(7), "");

    [Fact]
    public void FindMismatches_SameOrMissing_None() =>
        Assert.Empty(TopicComparison.FindMismatches([Actions, Members], Existing(("members", 1, "delete, compact"))));

    [Fact]
    public void FindMismatches_SeveralDifferences_AllWithBothValues()
    {
        var mismatches = TopicComparison.FindMismatches([Actions, Members], Existing(("user-actions", 60, "compact"), ("members", 1, "delete")));
        Assert.Equal(
            [
                "Topic user-actions has 60 partitions, the catalogue has 1000.",
                "Topic user-actions has cleanup.policy=compact, the catalogue has delete.",
                "Topic members has cleanup.policy=delete, the catalogue has compact,delete.",
            ],
            mismatches);
        Assert.All(mismatches, mismatch => Assert.Contains(mismatch, new TopicMismatchException(mismatches).Message, StringComparison.Ordinal));
    }

    [Fact]
    public void FindMismatches_PolicyNotSaid_IsNoMismatch() =>
        Assert.Empty(TopicComparison.FindMismatches([Actions], Existing(("user-actions", 1000, null))));

    private static Dictionary<string, TopicDescription> Existing(params (string Name, int Partitions, string? Policy)[] topics) =>
        topics.ToDictionary(topic => topic.Name, topic => new TopicDescription(topic.Name, topic.Partitions, 3, topic.Policy, null));
}
