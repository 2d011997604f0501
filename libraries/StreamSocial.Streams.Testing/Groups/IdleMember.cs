using Confluent.Kafka;
using StreamSocial.Kafka;
using StreamSocial.Streams.Hosting;
using StreamSocial.Streams.Rebalancing;

namespace StreamSocial.Streams.Testing.Groups;

/// <summary>A member that notes what it owns, gives back at once what it must, and processes nothing.</summary>
internal sealed class IdleMember : IAssignmentHandler, IDisposable
{
    private readonly OwnershipLog _ownership;
    private readonly GroupMembership _membership;

    public IdleMember(string id, KafkaClientSettings settings, IdleGroupOptions options, OwnershipLog ownership, RuntimeHost host)
    {
        (Id, _ownership) = (id, ownership);
        var streams = new StreamsOptions { GroupId = options.GroupId, MemberId = id, GroupProtocol = options.Protocol, ClassicAssignor = options.ClassicAssignor };
        var check = AssignmentCheck.Create(settings, streams, ownership, [(options.Topic, options.Partitions)], host.Loggers);
        _membership = new GroupMembership(settings, streams, [options.Topic], host, this, check);
        ownership.Join(id);
        _membership.Start();
    }

    public string Id { get; }

    public void OnAssigned(IReadOnlyList<TopicPartition> partitions) => _ownership.Take(Id, Numbers(partitions));

    public void OnRevoked(IReadOnlyList<TopicPartition> partitions) => _ownership.GiveBack(Id, Numbers(partitions));

    public void OnLost(IReadOnlyList<TopicPartition> partitions) => _ownership.GiveBack(Id, Numbers(partitions));

    /// <summary>Leaves the group.</summary>
    public void Dispose()
    {
        _membership.Dispose();
        _ownership.Leave(Id);
    }

    private static IEnumerable<int> Numbers(IEnumerable<TopicPartition> partitions) => partitions.Select(partition => partition.Partition.Value);
}
