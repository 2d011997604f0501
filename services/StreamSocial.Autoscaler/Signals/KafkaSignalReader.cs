using Microsoft.Extensions.Options;
using StreamSocial.Autoscaler.Actuation;
using StreamSocial.Events.Topics;
using StreamSocial.Kafka.Lag;
using StreamSocial.Streams.Membership;
using StreamSocial.Topics;

namespace StreamSocial.Autoscaler.Signals;

/// <summary>Log ends from the brokers, positions and rates from topic <c>members</c>, replicas from the orchestrator.</summary>
internal sealed class KafkaSignalReader(
    LogEndReader logEnds, TopicCatalog catalog, IMembersView members, IReplicaActuator actuator, IOptions<ScaleOptions> scaleOptions, TimeProvider time) : ISignalReader
{
    private readonly (string Name, int Partitions)[] _topics = [.. StreamSocialTopics.Inputs.Select(topic => (topic, catalog[topic].Partitions))];

    public async Task<GroupReading> ReadAsync(CancellationToken cancellationToken)
    {
        var scale = actuator.ReadAsync(cancellationToken);
        var ends = await logEnds.ReadAsync(_topics, scaleOptions.Value.Timeout, cancellationToken);
        // Read at once after the ends: the fresher the positions, the smaller the lag that is not one.
        var (group, at) = (members.Current, time.GetUtcNow());
        return new GroupReading(
            at,
            [.. ends.Select(topic => new TopicReading(topic.Topic, topic.NextOffsets))],
            group.IsCaughtUp ? [.. group.Members.Values] : null,
            await scale);
    }
}
