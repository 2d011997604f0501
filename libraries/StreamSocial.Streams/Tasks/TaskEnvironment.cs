using System.Collections.Concurrent;
using Confluent.Kafka;
using StreamSocial.Kafka.Limits;
using StreamSocial.Kafka.Producing;
using StreamSocial.Streams.Auditing;
using StreamSocial.Streams.Checkpoints;
using StreamSocial.Streams.Hosting;
using StreamSocial.Streams.Membership.Controls;
using StreamSocial.Streams.Poison;
using StreamSocial.Streams.Restoring;
using StreamSocial.Streams.State;
using StreamSocial.Streams.State.Memory;

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

    /// <summary>Takes the durations of what happens; null: they are not recorded.</summary>
    public StreamsInstruments? Instruments { get; init; }

    /// <summary>Gives the id of an input topic; empty when it is unknown.</summary>
    public Func<string, string> InputTopicIdOf { get; init; } = static _ => "";

    /// <summary>Which sources of records are forgotten, and when.</summary>
    public SourceExpiry SourceExpiry { get; init; } = SourceExpiry.Never;

    /// <summary>What operators want of the stages; the same object while nothing changes.</summary>
    public Func<StageControls> Controls { get; init; } = static () => StageControls.None;

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
    private readonly ConcurrentDictionary<string, StageTotals> _stages = new();

    public long RecordsConsumed;
    public long EntriesProcessed;
    public long EntriesEmitted;
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

    /// <summary>Entries that went to dead-letter topics.</summary>
    public long DeadLetters => _stages.Values.Sum(stage => stage.DeadLetters);

    /// <summary>Lanes that process nothing because the brokers have not taken what was sent.</summary>
    public int LanesWithoutRoom;

    /// <summary>Totals of the stages that processed something, by input topic.</summary>
    public IReadOnlyDictionary<string, StageTotals> Stages => _stages;

    /// <summary>Totals of the stage that reads a topic.</summary>
    public StageTotals Stage(string inputTopic) => _stages.GetOrAdd(inputTopic, static _ => new());

    /// <summary>Those of the input topics that wait until what they lead to can be written.</summary>
    public IEnumerable<string> WaitingInputs(IEnumerable<string> inputTopics) =>
        Volatile.Read(ref LanesWithoutRoom) > 0 ? inputTopics : inputTopics.Where(IsWaiting);

    /// <summary>Whether a stage waits until its outputs are taken.</summary>
    public bool IsWaiting(string inputTopic) => _stages.GetValueOrDefault(inputTopic)?.IsWaiting ?? false;
}

/// <summary>What a stage cost in this member since it started. Lanes add; any thread reads.</summary>
internal sealed class StageTotals
{
    private long _records;
    private long _entries;
    private long _busyTicks;
    private long _deadLetters;
    private int _waitingLanes;

    public long Records => Interlocked.Read(ref _records);

    public long Entries => Interlocked.Read(ref _entries);

    /// <summary>Entries that went to its dead-letter topic.</summary>
    public long DeadLetters => Interlocked.Read(ref _deadLetters);

    /// <summary>Time that lanes spent on it, summed over lanes.</summary>
    public TimeSpan Busy => TimeSpan.FromTicks(Interlocked.Read(ref _busyTicks));

    /// <summary>Whether a lane does not fetch its input, because its outputs run ahead of their consumers.</summary>
    public bool IsWaiting => Volatile.Read(ref _waitingLanes) > 0;

    /// <summary>A lane begins to wait, or ends it.</summary>
    public void SetWaiting(bool waits) => Interlocked.Add(ref _waitingLanes, waits ? 1 : -1);

    /// <summary>Counts a record with its new entries.</summary>
    public void Add(int entries)
    {
        Interlocked.Increment(ref _records);
        Interlocked.Add(ref _entries, entries);
    }

    public void AddDeadLetter() => Interlocked.Increment(ref _deadLetters);

    public void AddBusy(TimeSpan duration) => Interlocked.Add(ref _busyTicks, duration.Ticks);
}
