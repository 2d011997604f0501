using System.Collections.Immutable;
using StreamSocial.Kafka.Administration;
using StreamSocial.Kafka.Topics;
using StreamSocial.Topics;

namespace StreamSocial.Unit.Tests.Kafka.Administration;

public sealed class TopicDriftTests
{
    private static readonly TopicSpec Members = new("members", 1, CleanupPolicy.CompactAndDelete, TimeSpan.FromDays(7), "");

    [Fact]
    public void Find_AsTheCatalogueHasIt_None() =>
        Assert.Empty(TopicDrift.Find(Members, 1, Configured(("cleanup.policy", "delete,compact"))));

    [Fact]
    public void Find_FewerCopies_FewerMustBeInSync() =>
        Assert.Equal(
            [new TopicDrift("replicas", "3", "1")],
            TopicDrift.Find(Members, 1, Configured(("min.insync.replicas", "1")) with { ReplicationFactor = 1 }));

    [Fact]
    public void Find_SettingsUnknown_OnlyPartitionsAreCompared() =>
        Assert.Equal([new TopicDrift("partitions", "1", "6")], TopicDrift.Find(Members, 6, null));

    [Fact]
    public void MendingCommand_ChangedAndAdded_SetsOneAndDeletesTheOther()
    {
        var drifts = TopicDrift.Find(Members, 1, Configured(("cleanup.policy", "delete"), ("retention.bytes", "5")));

        Assert.Equal(
            "kafka-configs --bootstrap-server b:1 --alter --entity-type topics --entity-name members --add-config 'cleanup.policy=[compact,delete]' --delete-config 'retention.bytes'",
            TopicDrift.MendingCommand("members", drifts, "b:1"));
    }

    [Fact]
    public void MendingCommand_OnlyPartitionsDiffer_ThereIsNone() =>
        Assert.Null(TopicDrift.MendingCommand("members", [new TopicDrift("partitions", "1", "6")], "b:1"));

    /// <summary>Whoever lengthened it, since records wait, is not told to have them deleted.</summary>
    [Theory]
    [InlineData("604800001", null)]
    [InlineData("-1", null)]
    [InlineData("604799999", "retention.ms=604800000")]
    public void MendingCommand_RetentionDiffers_ItIsNeverShortened(string actual, string? expected)
    {
        var drifts = TopicDrift.Find(Members, 1, Configured(("retention.ms", actual)));

        Assert.Equal([new TopicDrift("retention.ms", "604800000", actual)], drifts);
        Assert.Equal(expected is null ? null : $"kafka-configs --bootstrap-server b:1 --alter --entity-type topics --entity-name members --add-config '{expected}'", TopicDrift.MendingCommand("members", drifts, "b:1"));
    }

    private static TopicConfiguration Configured(params (string Name, string Value)[] changes)
    {
        var values = changes.Aggregate(Members.Configuration, (settings, change) => settings.SetItem(change.Name, change.Value));
        return new TopicConfiguration(3, values, values.Keys.ToImmutableHashSet());
    }
}
