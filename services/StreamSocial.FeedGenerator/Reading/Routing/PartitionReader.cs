using Microsoft.Extensions.Options;
using StreamSocial.Events.Stages;
using StreamSocial.Streams.Membership;
using StreamSocial.Streams.Reading;
using StreamSocial.Streams.Tasks;

namespace StreamSocial.FeedGenerator.Reading.Routing;

/// <summary>Reads partitions that run here and finds the owners of the others.</summary>
internal sealed class PartitionReader(ITaskReader tasks, IMembersView members, ITopicLayout layout, IEnumerable<IReplicatedTable> tables)
{
    private readonly IReplicatedTable[] _tables = [.. tables];

    public int PartitionOf(ReadTarget target, string key) => layout.PartitionOf(target.Topic, key);

    public int PartitionCountOf(ReadTarget target) => layout.PartitionCountOf(target.Topic);

    public IReadOnlyList<int> RunningHere(ReadTarget target) => tasks.RunningPartitions(target.Stage);

    public PartitionRead<TResult> Try<TProcessor, TResult>(ReadTarget target, int partition, Func<TProcessor, TResult> read)
        where TProcessor : class, IRecordProcessor
    {
        // Checked before the read, because records that a table still lacks would be missing from the answer.
        var isComplete = Array.TrueForAll(_tables, table => table.IsCaughtUp);
        return tasks.TryRead(target.Stage, partition, read, out var result) switch
        {
            TaskAvailability.Running when isComplete => new(PartitionLocation.Here, result, null),
            TaskAvailability.Running or TaskAvailability.Restoring or TaskAvailability.Failed => new(PartitionLocation.Restoring, default, null),
            _ => FindOwner(target, partition) is { } owner ? new(PartitionLocation.Elsewhere, default, owner) : default,
        };
    }

    /// <summary>
    /// The other replica that owns a partition; null if there is none that can be asked, or if it is this replica, which does not run it yet.
    /// </summary>
    public Peer? FindOwner(ReadTarget target, int partition) =>
        members.TryGetOwner(target.Topic, partition, out var owner) && owner is { IsSelf: false, Endpoint: { } endpoint } ? new Peer(owner.MemberId, endpoint) : null;
}

/// <summary>Outcome of one attempt to read a partition.</summary>
/// <param name="Location">Where the partition is.</param>
/// <param name="Value">The value read; set only for <see cref="PartitionLocation.Here"/>.</param>
/// <param name="Owner">The replica to ask; set only for <see cref="PartitionLocation.Elsewhere"/>.</param>
internal readonly record struct PartitionRead<T>(PartitionLocation Location, T? Value, Peer? Owner);

/// <summary>Another replica.</summary>
/// <param name="MemberId">Its name in the group.</param>
/// <param name="Endpoint">Where it is asked.</param>
internal sealed record Peer(string MemberId, Uri Endpoint);

/// <summary>Location of a partition's state as this replica knows it.</summary>
internal enum PartitionLocation
{
    /// <summary>No live replica is known to hold it: wait.</summary>
    Unknown,

    /// <summary>It runs in this process.</summary>
    Here,

    /// <summary>It belongs to this process and does not run yet, or not now because it failed: wait.</summary>
    Restoring,

    /// <summary>Another replica holds it: ask that one.</summary>
    Elsewhere,
}

/// <summary>A stage whose state is read, with its input topic, whose partitions locate the state.</summary>
internal sealed record ReadTarget(string Stage, string Topic)
{
    public static ReadTarget Feeds { get; } = Of(FeedGeneratorStages.Feeds);

    public static ReadTarget Engagement { get; } = Of(FeedGeneratorStages.Engagement);

    public static ReadTarget Notifications { get; } = Of(FeedGeneratorStages.Notifications);

    private static ReadTarget Of(StageManifest stage) => new(stage.Name, stage.Input);
}

/// <summary>Repeats a read while its partition is moving, up to <see cref="ReadingOptions.WaitForPartition"/>.</summary>
internal sealed class PartitionRetryPolicy(IOptions<ReadingOptions> options, TimeProvider timeProvider)
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);

    public long Start() => timeProvider.GetTimestamp();

    /// <summary>Waits before the next attempt; false if the time since <paramref name="start"/> is used up.</summary>
    public async ValueTask<bool> WaitForRetryAsync(long start, CancellationToken cancellationToken)
    {
        if (timeProvider.GetElapsedTime(start) >= options.Value.WaitForPartition)
            return false;
        await PauseAsync(cancellationToken);
        return true;
    }

    public Task PauseAsync(CancellationToken cancellationToken) => Task.Delay(Pause, timeProvider, cancellationToken);
}
