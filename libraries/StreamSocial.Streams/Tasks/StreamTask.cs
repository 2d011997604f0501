using System.Diagnostics;
using System.Text;
using Confluent.Kafka;
using StreamSocial.Streams.Auditing;
using StreamSocial.Streams.Checkpoints;
using StreamSocial.Streams.Emitting;
using StreamSocial.Streams.Poison;
using StreamSocial.Streams.Restoring;
using StreamSocial.Streams.State;
using StreamSocial.Streams.Tracing;
using StreamSocial.Topics;

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
    public StreamTask(TaskId id, StageDefinition stage, long epoch, TaskEnvironment environment, RetainedState? warm = null)
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
        Emitter = new TaskEmitter(id.ToString(), environment.Layout, Stores.OutgoingEdges, environment.OnDeliveryFailed);
        _processor = stage.CreateProcessor(new TaskContext(stage.Name, id.Partition, environment.Layout, Stores));
    }

    public TaskId Id { get; }

    public TaskEnvironment Environment => _environment;

    public StageDefinition Stage { get; }

    /// <summary>The member's assignment epoch in which it got this task.</summary>
    public long Epoch { get; }

    public TaskStores Stores { get; }

    /// <summary>What the restore may continue from; null when all has to be read.</summary>
    public RetainedState? Warm { get; }

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
    public CheckpointSnapshot? Capture { get; set; }

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
            return RecordEntries.IsRun(record.Message.Headers) ? ProcessRun(record) : ProcessPayload(record);
        }
    }

    /// <summary>Looks for acknowledgements that came in.</summary>
    public void ObserveAcknowledgements()
    {
        Emitter.ObserveAcknowledgements();
        Interlocked.Exchange(ref _acknowledgedOffset, Emitter.AcknowledgedOffset);
    }

    /// <summary>Takes the changes since the last capture; outputs up to here must have been flushed.</summary>
    public CheckpointSnapshot BeginCheckpoint(bool whole, long now)
    {
        lock (Gate)
        {
            _incoming!.Save();
            Emitter.Save();
            var capture = new CheckpointSnapshot(NextOffset, ++Checkpoint, whole);
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

    private int ProcessPayload(ConsumeResult<byte[]?, byte[]?> record)
    {
        if (IsRepeat(record.Message.Headers))
            return 0;
        ProcessEntry(new RecordEntry(record.Message.Value ?? [], RecordEntries.TraceParentOf(record.Message.Headers)), 0, record);
        return 1;
    }

    private int ProcessRun(ConsumeResult<byte[]?, byte[]?> record)
    {
        if (!RecordEntries.TryReadEdges(record.Message.Headers, out var edges, out var damage))
        {
            SendToDeadLetterTopic(record, damage);
            return 0;
        }
        // The numbers count as applied even if the entries cannot be read: those go to the dead-letter topic and are not lost.
        var skips = new int[edges.Count];
        var applied = 0;
        for (var i = 0; i < skips.Length; i++)
        {
            skips[i] = Deduplicate(edges[i].Source, edges[i].First, edges[i].Entries);
            applied += edges[i].Entries - skips[i];
        }
        if (applied == 0)
            return 0;
        if (!RecordEntries.TryRead(record.Message, edges, out var entries, out damage))
        {
            SendToDeadLetterTopic(record, damage);
            return 0;
        }
        var next = 0;
        for (var i = 0; i < skips.Length; i++)
        {
            var end = next + edges[i].Entries;
            for (next += skips[i]; next < end; next++)
                ProcessEntry(entries[next], next, record);
        }
        return applied;
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
                SendToDeadLetterTopic(new PoisonEntry(Id, record.Offset.Value, index, record.Message.Timestamp.UnixTimestampMs, record.Message.Key ?? [], entry.Payload.ToArray(), attempt, e));
                return;
            }
        }
    }

    private void SendToDeadLetterTopic(ConsumeResult<byte[]?, byte[]?> record, InvalidDataException damage) => SendToDeadLetterTopic(new PoisonEntry(
        Id, record.Offset.Value, -1, record.Message.Timestamp.UnixTimestampMs, record.Message.Key ?? [], record.Message.Value ?? [], 1, damage));

    private void SendToDeadLetterTopic(PoisonEntry poison)
    {
        Emitter.EmitDeadLetter(poison);
        Interlocked.Increment(ref _environment.Totals.DeadLetters);
        _environment.OnPoison(poison);
    }

    /// <summary>Whether a record with one entry was applied before; one without an edge never was.</summary>
    private bool IsRepeat(Headers? headers)
    {
        if (headers is null || !headers.TryGetLastBytes(RecordHeaders.EdgeSource, out var source)
            || !headers.TryGetLastBytes(RecordHeaders.EdgeSequence, out var sequence)
            || !RecordHeaders.TryDecodeSequence(sequence, out var first) || first < 1 || source.Length > 256)
            return false;
        Span<char> name = stackalloc char[256];
        var length = Encoding.UTF8.GetChars(source, name);
        return Deduplicate(name[..length], first, count: 1) > 0;
    }

    /// <returns>How many entries at the start are not new.</returns>
    private int Deduplicate(ReadOnlySpan<char> source, long first, int count)
    {
        var result = _incoming!.Deduplicate(source, first, count);
        _environment.Audit.Add(result, source, Id);
        return result.Skip;
    }
}
