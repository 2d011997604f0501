using Confluent.Kafka;
using StreamSocial.Kafka.Producing;
using StreamSocial.Streams.Auditing;
using StreamSocial.Streams.Poison;
using StreamSocial.Streams.Restoring;
using StreamSocial.Streams.State;

namespace StreamSocial.Streams.Tasks;

/// <summary>What all tasks of a member share.</summary>
internal sealed record TaskEnvironment(
    string MemberId, ITopicLayout Layout, IRecordSender Sender, AuditCounters Audit, MemberTotals Totals, int MaxTries, Action<Error> OnDeliveryFailed,
    Action<PoisonEntry> OnPoison)
{
    /// <summary>Where the state is kept.</summary>
    public IStoreFactory Stores { get; init; } = InMemoryStores.Instance;

    /// <summary>Keeps the state of tasks that leave; null: nothing is kept.</summary>
    public RetainedStateCache? Warm { get; init; }
}

/// <summary>Totals of a member since it started; added to by lanes, read by the reporter and the metrics.</summary>
internal sealed class MemberTotals
{
    public long RecordsConsumed;
    public long EntriesProcessed;
    public long EntriesEmitted;
    public long DeadLetters;
    public long InputBytes;
    public long Checkpoints;
    public long ChangelogBytes;
    public long RestoredBytes;
    public long PartitionsRestored;

    /// <summary>Bytes of keys and values that the restored states have, however much of it had to be read.</summary>
    public long RestoredStateBytes;

    /// <summary>Of the restored partitions, those that continued from a state that was kept.</summary>
    public long PartitionsRestoredWarm;

    /// <summary>Checkpoints that the brokers refused because the group had gone on without this member.</summary>
    public long CheckpointsFenced;

    /// <summary>Ticks of <see cref="TimeSpan"/> that lanes spent at work, summed over lanes.</summary>
    public long BusyTicks;
}
