using StreamSocial.Autoscaler.Actuation;
using StreamSocial.Events;
using StreamSocial.Streams.Membership;

namespace StreamSocial.Autoscaler.Signals;

internal sealed class KafkaSignalReader(IMembersView members, IReplicaActuator actuator, TimeProvider time) : ISignalReader
{
    public async Task<GroupReading> ReadAsync(CancellationToken cancellationToken)
    {
        var scale = await actuator.ReadAsync(cancellationToken);
        var group = members.Current;
        return new GroupReading(
            time.GetUtcNow(), [new TopicReading(TopicNames.UserActions, default)], group.IsCaughtUp ? [.. group.Members.Values] : null, scale);
    }
}
