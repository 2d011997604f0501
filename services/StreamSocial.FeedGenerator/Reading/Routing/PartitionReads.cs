using StreamSocial.Streams.Membership;
using StreamSocial.Streams.Reading;
using StreamSocial.Streams.Tasks;

namespace StreamSocial.FeedGenerator.Reading.Routing;

/// <summary>Reads partitions that run here and finds the owners of the others.</summary>
internal sealed class PartitionReads(ITaskReader tasks, IMembersView members, ITopicLayout layout, IEnumerable<IReplicatedTable> tables)
{
    private readonly IReplicatedTable[] _tables = [.. tables];

    public int PartitionOf(ReadTarget target, string key) => layout.PartitionOf(target.Topic, key);

    public int PartitionCountOf(ReadTarget target) => layout.PartitionCountOf(target.Topic);

    public IReadOnlyList<int> RunningHere(ReadTarget target) => tasks.RunningPartitions(target.Stage);

    public PartitionRead<TResult> Try<TProcessor, TResult>(ReadTarget target, int partition, Func<TProcessor, TResult> read)
        where TProcessor : class, IRecordProcessor
    {
        // Looked at before the read: what a table still lacks would be missing from the answer.
        var isComplete = Array.TrueForAll(_tables, table => table.IsCaughtUp);
        return tasks.TryRead(target.Stage, partition, read, out var result) switch
        {
            TaskAvailability.Running when isComplete => new(PartitionPlace.Here, result, null),
            TaskAvailability.Running or TaskAvailability.Restoring => new(PartitionPlace.Restoring, default, null),
            _ => FindOwner(target, partition) is { } owner ? new(PartitionPlace.Elsewhere, default, owner) : default,
        };
    }

    /// <summary>The other replica that holds a partition, or null: then nobody does, or this one is said to and does not know it yet.</summary>
    public PartitionOwner? FindOwner(ReadTarget target, int partition) =>
        members.TryGetOwner(target.Topic, partition, out var owner) && !owner.IsSelf ? owner : null;
}
