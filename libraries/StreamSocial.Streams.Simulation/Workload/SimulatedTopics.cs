using System.Globalization;
using System.IO.Hashing;
using System.Runtime.InteropServices;
using System.Text;
using Google.Protobuf.WellKnownTypes;
using StreamSocial.Streams.Emitting;
using StreamSocial.Streams.State;
using StreamSocial.Streams.Tasks;
using StreamSocial.Topics;

namespace StreamSocial.Streams.Simulation.Workload;

/// <summary>Two consecutive stages and the topics that they read and write.</summary>
internal sealed class SimulatedTopics(int sources, int middles)
{
    public const string Input = "input";
    public const string Middle = "middle";
    public const string Results = "results";

    public int Sources => sources;

    public int Middles => middles;

    public ITopicLayout Layout { get; } = new CatalogLayout(new TopicCatalog(
    [
        Topic(Input, sources), Topic(Middle, middles), Topic(Results, 2), Topic(DeadLetterTopic.NameOf(Input), 2),
    ]));

    /// <summary>Both stages, in processes without faults.</summary>
    public IReadOnlyList<StageDefinition> Stages => [StageOf(new TaskId(Input, 0), TransientFaults.None), StageOf(new TaskId(Middle, 0), TransientFaults.None)];

    public IReadOnlyList<TaskId> Tasks { get; } =
    [
        .. Enumerable.Range(0, sources).Select(partition => new TaskId(Input, partition)),
        .. Enumerable.Range(0, middles).Select(partition => new TaskId(Middle, partition)),
    ];

    /// <summary>The stage of a task.</summary>
    /// <param name="task">The task.</param>
    /// <param name="faults">Faults of the process that runs it.</param>
    public StageDefinition StageOf(TaskId task, TransientFaults faults) => task.Topic == Input
        ? new("spread", Input, "spread-state", context => new SpreadProcessor(context, faults))
        : new("gather", Middle, "gather-state", context => new GatherProcessor(context, faults));

    private static TopicSpec Topic(string name, int partitions) => new(name, partitions, CleanupPolicy.Delete, Retention: null, Purpose: "simulated");
}

/// <summary>
/// Does everything that a processor can do: counts by key, remembers some entries for a while, emits each with its count to one or more
/// partitions, sometimes writes a keyed result, rejects some entries, and fails in the middle of others.
/// </summary>
internal sealed class SpreadProcessor(ITaskContext context, TransientFaults faults) : IRecordProcessor
{
    private readonly int _middles = context.PartitionCountOf(SimulatedTopics.Middle);
    private readonly IStateStore<string, long> _counts = context.OpenStore(16, "counts", Codecs.Utf8, Codecs.Int64);
    private readonly IStateStore<long, long> _recent = context.OpenStore(17, "recent", Codecs.Int64, Codecs.Int64);

    public IStateStore<string, long> Counts => _counts;

    public IStateStore<long, long> Recent => _recent;

    public void Process(in InputEntry entry, IEmitter emitter)
    {
        var key = Encoding.UTF8.GetString(entry.Key.Span);
        var text = Encoding.UTF8.GetString(entry.Payload.Span);
        faults.Run($"{context.Partition}|{text}", () => Process(key, text, emitter));
    }

    private void Process(string key, string text, IEmitter emitter)
    {
        var plan = SpreadPlan.Of(text, _middles);
        if (plan.IsRefused)
            throw new InvalidEntryException(text);
        _counts.TryGet(key, out var count);
        _counts.Put(key, ++count);
        _recent.Put(count % 7, plan.Hash);
        if (plan.Forgets)
            _recent.Remove((count + 3) % 7);
        var message = new StringValue { Value = string.Create(CultureInfo.InvariantCulture, $"{context.Partition}|{key}|{count}|{text}") };
        for (var partition = 0; partition < _middles; partition++)
        {
            if (plan.GoesTo(partition))
                emitter.Emit(SimulatedTopics.Middle, partition, message);
            faults.MayFail();
        }
        if (plan.FailsForGood)
            throw new FormatException(text);
        if (plan.HasResult)
            emitter.EmitKeyed(SimulatedTopics.Results, key, message);
    }
}

/// <summary>What the first stage does with an entry; a function of its text alone.</summary>
internal readonly record struct SpreadPlan(long Hash, int Middles)
{
    public bool IsPoison => IsRefused || FailsForGood;

    /// <summary>Refused before anything is changed.</summary>
    public bool IsRefused => Hash % 31 == 0;

    /// <summary>Fails in every try, after it has changed and emitted something.</summary>
    public bool FailsForGood => Hash % 37 == 0;

    public bool Forgets => Hash % 3 == 0;

    public bool HasResult => Hash % 4 == 0;

    public static SpreadPlan Of(string text, int middles) => new(SequenceHash.Add(0, text), middles);

    public bool GoesTo(int partition) => partition == (int)(Hash / 64 % Middles) || (Hash >> partition & 3) == 0;
}

/// <summary>Keeps the number of entries and a hash of their sequence for each origin; emits every fifth.</summary>
internal sealed class GatherProcessor(ITaskContext context, TransientFaults faults) : IRecordProcessor
{
    private readonly IStateStore<string, long> _counts = context.OpenStore(16, "counts", Codecs.Utf8, Codecs.Int64);
    private readonly IStateStore<string, long> _sequences = context.OpenStore(17, "sequences", Codecs.Utf8, Codecs.Int64);

    public IStateStore<string, long> Counts => _counts;

    public IStateStore<string, long> Sequences => _sequences;

    public void Process(in InputEntry entry, IEmitter emitter)
    {
        var text = StringValue.Parser.ParseFrom(entry.Payload.Span).Value;
        faults.Run(text, () => Process(text, emitter));
    }

    private void Process(string text, IEmitter emitter)
    {
        var origin = text[..text.IndexOf('|', StringComparison.Ordinal)];
        _counts.TryGet(origin, out var count);
        _sequences.TryGet(origin, out var sequence);
        _counts.Put(origin, ++count);
        faults.MayFail();
        _sequences.Put(origin, SequenceHash.Add(sequence, text));
        if (count % 5 == 0)
            emitter.EmitKeyed(SimulatedTopics.Results, origin, new StringValue { Value = text });
    }
}

/// <summary>Makes the processors of one process fail in the middle of an entry that succeeds when it is tried again.</summary>
internal sealed class TransientFaults(SimulationRandom? random, Mutant mutant)
{
    private readonly HashSet<string> _failed = new(StringComparer.Ordinal);
    private int _placesLeft = int.MaxValue;

    /// <summary>Of a process in which nothing fails.</summary>
    public static TransientFaults None { get; } = new(random: null, Mutant.None);

    /// <summary>Runs a processor; once in a while it fails at one of the places where it asks <see cref="MayFail"/>, never twice at an entry, which would be poison then.</summary>
    public void Run(string entry, Action process)
    {
        _placesLeft = random is null || _failed.Contains(entry) || !random.OneIn(40) ? int.MaxValue : random.Below(2);
        try
        {
            process();
        }
        catch (TransientFaultException) when (mutant == Mutant.FailedTryRemains)
        {
            process();
        }
        catch (TransientFaultException)
        {
            _failed.Add(entry);
            throw;
        }
    }

    public void MayFail()
    {
        if (_placesLeft-- == 0)
            throw new TransientFaultException();
    }

    private sealed class TransientFaultException() : Exception("The fault passes.");
}

/// <summary>A hash of a sequence of texts that differs when one is missing, repeated or out of order; never negative.</summary>
/// <remarks>Schedules depend on it, so another hash gives the seeds other schedules.</remarks>
internal static class SequenceHash
{
    public static long Add(long sequence, string text) => (long)(XxHash3.HashToUInt64(MemoryMarshal.AsBytes(text.AsSpan()), sequence) >> 1);
}
