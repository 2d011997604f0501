using System.Diagnostics;
using System.Text;
using Confluent.Kafka;
using StreamSocial.Events.Runtime;
using StreamSocial.Streams.Auditing;
using StreamSocial.Streams.Checkpoints;
using StreamSocial.Streams.Emitting;
using StreamSocial.Streams.Poison;
using StreamSocial.Streams.Restoring;
using StreamSocial.Streams.State;
using StreamSocial.Streams.Tracing;

namespace StreamSocial.Streams.Tasks;

/// <summary>One partition of one input topic with its state. Its lane owns it; readers stop it through <see cref="Gate"/>.</summary>
internal sealed class StreamTask
{
    private readonly TaskEnvironment _environment;
    private readonly IRecordProcessor _processor;
    private IncomingEdges? _incoming;
    private long _acknowledgedOffset = -1;
    private long _committedOffset = -1;

    /// <param name="id">The partition.</param>
    /// <param name="stage">What it does.</param>
    /// <param name="epoch">The member's assignment epoch.</param>
    /// <param name="environment">What all tasks of the member share.</param>
    /// <param name="warm">State kept from an earlier ownership; null when there is none.</param>
    public StreamTask(TaskId id, StageDefinition stage, long epoch, TaskEnvironment environment, WarmState? warm = null)
    {
        Id = id;
        Stage = stage;
        Epoch = epoch;
        _environment = environment;
        Warm = warm;
        Stores = warm?.Stores ?? new TaskStores(environment.Stores);
        if (warm is not null)
        {
            Stores.Reopen();
            ChangelogGrowth.Add(warm.Growth.Bytes, warm.Growth.Records);
        }
        Emitter = new TaskEmitter(
            id.ToString(), environment.Layout, Stores.OutgoingEdges, environment.Sender, environment.OnDeliveryFailed);
        _processor = stage.CreateProcessor(new TaskContext(stage.Name, id.Partition, environment.Layout, Stores));
    }

    public TaskId Id { get; }

    public TaskEnvironment Environment => _environment;

    public StageDefinition Stage { get; }

    /// <summary>The member's assignment epoch in which it got this task.</summary>
    public long Epoch { get; }

    public TaskStores Stores { get; }

    /// <summary>What the restore may continue from; null when all has to be read.</summary>
    public WarmState? Warm { get; }

    public TaskEmitter Emitter { get; }

    public TaskStateMachine State { get; } = new();

    public TopicPartition Changelog => new(Stage.StateTopic, Id.Partition);

    /// <summary>Held while the task changes or is read.</summary>
    public Lock Gate => Stores.Gate;

    /// <summary>This owner's number in the changelog; -1 before it is known, and when it does not count any more.</summary>
    public long Claim { get; set; } = -1;

    /// <summary>First changelog offset that the stores, as of the last durable checkpoint, do not have; -1 when that is not known for certain.</summary>
    public long NextChangelogOffset { get; set; } = -1;

    /// <summary>Records written to the changelog under this owner's claim.</summary>
    public long ChangelogRecordsWritten { get; set; }

    /// <summary>Number of the latest checkpoint that was begun.</summary>
    public long Checkpoint { get; set; }

    /// <summary>First input offset that was not processed.</summary>
    public long NextOffset { get; private set; }

    /// <summary>First input offset whose outputs are not acknowledged; -1 while restoring. Readable from any thread.</summary>
    public long AcknowledgedOffset => Interlocked.Read(ref _acknowledgedOffset);

    /// <summary>Input position of the latest durable checkpoint; -1 when there is none. Readable from any thread.</summary>
    public long CommittedOffset
    {
        get => Interlocked.Read(ref _committedOffset);
        set => Interlocked.Exchange(ref _committedOffset, value);
    }

    /// <summary>The checkpoint under way; null when there is none. The lane's alone.</summary>
    public TaskCapture? Capture { get; set; }

    /// <summary>How much its changelog has grown since the whole state was last written.</summary>
    public ChangelogGrowth ChangelogGrowth { get; } = new();

    public bool HasUncommittedInput => NextOffset != CommittedOffset && NextOffset > 0;

    /// <summary>Takes the restored stores into use; processing continues at <paramref name="nextOffset"/>.</summary>
    public void Start(long nextOffset)
    {
        _incoming = new IncomingEdges(Stores.IncomingEdges);
        Emitter.Load(nextOffset);
        NextOffset = nextOffset;
        Interlocked.Exchange(ref _acknowledgedOffset, nextOffset);
        State.MoveTo(TaskState.Running);
    }

    /// <summary>Applies the entries of a record that are new. What cannot be processed goes to the dead-letter topic.</summary>
    /// <returns>Number of entries applied.</returns>
    public int Process(ConsumeResult<byte[]?, byte[]?> record)
    {
        lock (Gate)
        {
            NextOffset = record.Offset.Value + 1;
            var count = RecordEntries.CountIn(record.Message);
            var skip = Admit(record.Message.Headers, count);
            if (skip == count)
                return 0;
            if (!RecordEntries.TryRead(record.Message, out var entries, out var damage))
            {
                Bury(new PoisonEntry(Id, record.Offset.Value, -1, record.Message.Timestamp.UnixTimestampMs, record.Message.Key ?? [], record.Message.Value ?? [], 1, damage));
                return 0;
            }
            for (var i = skip; i < entries.Count; i++)
                ProcessEntry(entries[i], i, record);
            return count - skip;
        }
    }

    /// <summary>Looks for acknowledgements that came in.</summary>
    public void ObserveAcknowledgements()
    {
        Emitter.ObserveAcknowledgements();
        Interlocked.Exchange(ref _acknowledgedOffset, Emitter.AcknowledgedOffset);
    }

    /// <summary>Takes the changes since the last capture; outputs up to here must have been flushed.</summary>
    public TaskCapture BeginCapture(bool whole, long now)
    {
        lock (Gate)
        {
            _incoming!.Save();
            Emitter.Save();
            var capture = new TaskCapture(NextOffset, ++Checkpoint, whole);
            Stores.Capture(whole, capture);
            capture.Close(Stores.Checksum, Stores.Count, Claim, now);
            return Capture = capture;
        }
    }

    public TResult Read<TProcessor, TResult>(Func<TProcessor, TResult> read)
        where TProcessor : class, IRecordProcessor
    {
        lock (Gate)
            return read((TProcessor)_processor);
    }

    private void ProcessEntry(in RecordEntry entry, int index, ConsumeResult<byte[]?, byte[]?> record)
    {
        using var span = StreamsTracing.StartProcess(entry.TraceParent, Id, record.Offset.Value, _environment.MemberId, Epoch);
        var input = new InputEntry(record.Message.Key, entry.Payload, record.Message.Timestamp.UnixTimestampMs, record.Offset.Value);
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                _processor.Process(input, Emitter);
                return;
            }
            catch (Exception e) when (PoisonEntry.IsCausedByEntry(e))
            {
                if (attempt < _environment.MaxTries)
                    continue;
                span?.SetStatus(ActivityStatusCode.Error, e.Message);
                Bury(new PoisonEntry(Id, record.Offset.Value, index, record.Message.Timestamp.UnixTimestampMs, record.Message.Key ?? [], entry.Payload.ToArray(), attempt, e));
                return;
            }
        }
    }

    private void Bury(PoisonEntry poison)
    {
        Emitter.EmitDeadLetter(poison);
        Interlocked.Increment(ref _environment.Totals.DeadLetters);
        _environment.OnPoison(poison);
    }

    /// <returns>How many entries at the start are not new.</returns>
    private int Admit(Headers? headers, int count)
    {
        if (headers is null || !headers.TryGetLastBytes(RecordHeaders.EdgeSource, out var source)
            || !headers.TryGetLastBytes(RecordHeaders.EdgeSequence, out var sequence)
            || !RecordHeaders.TryDecodeSequence(sequence, out var first) || first < 1 || source.Length > 256)
            return 0;
        Span<char> name = stackalloc char[256];
        var length = Encoding.UTF8.GetChars(source, name);
        var admission = _incoming!.Admit(name[..length], first, count);
        _environment.Audit.Add(admission, name[..length], Id);
        return admission.Skip;
    }
}
