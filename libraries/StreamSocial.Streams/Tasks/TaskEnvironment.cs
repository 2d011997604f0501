using Confluent.Kafka;
using StreamSocial.Kafka.Limits;
using StreamSocial.Kafka.Producing;
using StreamSocial.Streams.Auditing;
using StreamSocial.Streams.Checkpoints;
using StreamSocial.Streams.Poison;
using StreamSocial.Streams.Restoring;
using StreamSocial.Streams.State;

namespace StreamSocial.Streams.Tasks;

/// <summary>What all tasks of a member share.</summary>
/// <param name="MemberId">The member.</param>
/// <param name="Layout">Partition counts of the topics.</param>
/// <param name="Sender">Takes the tasks' outputs and, without transactions, their checkpoints.</param>
/// <param name="MaxTries">How often an entry that a processor rejects is tried.</param>
/// <param name="OnDeliveryFailed">Called on a librdkafka thread when a record cannot be delivered.</param>
internal sealed record TaskEnvironment(string MemberId, ITopicLayout Layout, IRecordSender Sender, int MaxTries, Action<Error> OnDeliveryFailed)
{
    public AuditCounters Audit { get; init; } = new();

    public MemberTotals Totals { get; init; } = new();

    /// <summary>The largest record.</summary>
    public RecordLimits Limits { get; init; } = RecordLimits.Fixed(RecordLimit.ClientDefault);

    /// <summary>Whether checkpoints become durable.</summary>
    public CheckpointHealth CheckpointHealth { get; init; } = new();

    /// <summary>Called when an entry went to a dead-letter topic.</summary>
    public Action<PoisonEntry> OnPoison { get; init; } = static _ => { };

    /// <summary>Creates the stores of the tasks.</summary>
    public IStoreFactory Stores { get; init; } = InMemoryStores.Instance;

    /// <summary>Retains the state of closed tasks; null: no state is retained.</summary>
    public RetainedStateCache? RetainedStates { get; init; }
}

/// <summary>Totals of a member since it started. Lanes and the restorer add to them; the reporter and the metrics read them.</summary>
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

    /// <summary>Bytes of keys and values in the restored states, whether they were read or retained.</summary>
    public long RestoredStateBytes;

    /// <summary>Restored partitions that continued from a retained state.</summary>
    public long PartitionsRestoredWarm;

    /// <summary>Checkpoints that the brokers rejected because the group had replaced this member.</summary>
    public long CheckpointsFenced;

    /// <summary>Ticks of <see cref="TimeSpan"/> that lanes spent at work, summed over lanes.</summary>
    public long BusyTicks;
}
