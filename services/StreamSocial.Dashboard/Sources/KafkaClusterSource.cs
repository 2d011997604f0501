using StreamSocial.Events;
using StreamSocial.Events.Topics;
using StreamSocial.Kafka.Lag;
using StreamSocial.Kafka.Tables;
using StreamSocial.Streams.Membership;
using StreamSocial.Topics;

namespace StreamSocial.Dashboard.Sources;

/// <summary>The running cluster: log ends from the brokers, members and decisions from their topics, the rest from the orchestrator.</summary>
internal sealed class KafkaClusterSource(
    LogEndReader logEnds,
    TopicCatalog catalog,
    IMembersView members,
    TopicTable<string, ScalingDecision> decisions,
    ControlClient control,
    TimeProvider time) : IClusterSource
{
    private const int ShownDecisions = 20;

    private static readonly TimeSpan ReadTimeout = TimeSpan.FromSeconds(3);

    private readonly (string Name, int Partitions)[] _topics = [.. StreamSocialTopics.Inputs.Select(topic => (topic, catalog[topic].Partitions))];

    public async Task<ClusterReading> ReadAsync(CancellationToken cancellationToken)
    {
        var scale = control.ReadScaleAsync(cancellationToken);
        var resources = control.ReadResourcesAsync(cancellationToken);
        var ends = await logEnds.ReadAsync(_topics, ReadTimeout, cancellationToken);
        // Read at once after the ends: the fresher the positions, the smaller the lag that is not one.
        var (group, at) = (members.Current, time.GetUtcNow());
        var decided = decisions.Current;
        return new ClusterReading(
            at,
            [.. ends.Select(topic => new TopicReading(topic.Topic, topic.NextOffsets))],
            group.IsCaughtUp ? [.. group.Members.Values] : null,
            decided.IsCaughtUp ? [.. Telling(decided.Entries.Values)] : null,
            await scale,
            await resources);
    }

    // The latest, whatever it is, and those before it that acted: why it holds changes too often to read back.
    private static IEnumerable<ScalingDecision> Telling(IEnumerable<ScalingDecision> decisions) => decisions
        .OrderByDescending(decision => decision.DecidedAt)
        .Where((decision, age) => age == 0 || decision.Verdict != ScalingVerdict.Hold)
        .Take(ShownDecisions);
}
