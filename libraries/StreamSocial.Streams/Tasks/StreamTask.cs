using Confluent.Kafka;
using StreamSocial.Kafka.Records;
using StreamSocial.Streams.Auditing;
using StreamSocial.Streams.Checkpoints;
using StreamSocial.Streams.Contracts;
using StreamSocial.Streams.Emitting;
using StreamSocial.Streams.Membership;
using StreamSocial.Streams.Restoring;
using StreamSocial.Streams.State;

namespace StreamSocial.Streams.Tasks;

/// <summary>
/// One partition of one input topic with its state and its progress. The lane that owns it tells it what happened; readers stop it through
/// <see cref="Gate"/>.
/// </summary>
internal sealed class StreamTask
{
    private readonly TaskStateMachine _state = new();
    private readonly IRecordProcessor _processor;
    private EntryDispatcher? _dispatcher;
    private long _changelogRecordsWritten;
    private long _acknowledgedOffset = -1;
    private long _committedOffset = -1;
    private long _durableResetId;
    private long _uncommittedBytes;
    private long _snapshotBytes;
    private long _takeoverEnd = long.MaxValue;
    private long _sentTo = -1;

    /// <summary>Id of the topic that the last durable position is of; empty when that is not known.</summary>
    private string _positionsInputId = "";
    private bool _hasLeftOut;

    /// <summary>When an operator dropped the state that this run began without; Unix milliseconds, 0 when it did not.</summary>
    private long _droppedAt;
    private volatile bool _isCaughtUp;
    private long _lastTimestamp;
    private volatile bool _isAtEnd;

    /// <summary>Offset of the record at which the last run ended; -1 when there is none, or it was passed.</summary>
    private long _holdOffset = -1;

    /// <summary>Keys of a dropped state, which the first checkpoint deletes from the changelog.</summary>
    private IReadOnlyList<byte[]> _dropped = [];

    /// <param name="id">The partition.</param>
    /// <param name="stage">What it does.</param>
    /// <param name="epoch">The member's assignment epoch.</param>
    /// <param name="environment">What all tasks of the member share.</param>
    /// <param name="retained">State retained from an earlier ownership; null when there is none.</param>
    /// <param name="lastFailure">The entry at which this owner's last run of the task ended; null when it did not end at one.</param>
    public StreamTask(
        TaskId id, StageDefinition stage, long epoch, TaskEnvironment environment, RetainedState? retained = null, EntryFailure? lastFailure = null)
    {
        LastFailure = lastFailure;
        Id = id;
        Stage = stage;
        Epoch = epoch;
        Environment = environment;
        Retained = retained;
        Stores = retained?.Stores ?? new TaskStores(environment.Stores);
        if (retained is not null)
            Stores.Reopen();
        InputTopicId = environment.InputTopicIdOf(id.Topic);
        Emitter = new TaskEmitter(id, environment, Stores.OutgoingEdges);
        _processor = stage.CreateProcessor(new TaskContext(stage.Name, id.Partition, environment, Stores));
    }

    public TaskId Id { get; }

    public TaskEnvironment Environment { get; }

    public StageDefinition Stage { get; }

    /// <summary>The member's assignment epoch in which it got this task; 0 before that.</summary>
    public long Epoch { get; private set; }

    public TaskStores Stores { get; }

    /// <summary>Id of the input topic whose offsets this run's positions are; empty when it is unknown.</summary>
    public string InputTopicId { get; private set; }

    /// <summary>The same for a checkpoint: while it is unknown, the id that belongs to the last durable position.</summary>
    public string InputTopicIdOfPosition => InputTopicId.Length > 0 ? InputTopicId : _positionsInputId;

    /// <summary>
    /// Whether it has become known since this run began that its positions are of another input topic, which is no more. Readable from any thread. An operator's reset
    /// that it has not followed yet takes it away from them.
    /// </summary>
    public bool IsOfAnotherInput => InputTopicId.Length == 0 && _positionsInputId.Length > 0 && PendingReset is null
        && Environment.InputTopicIdOf(Id.Topic) is { Length: > 0 } id && id != _positionsInputId;

    /// <summary>What the audit has found over the task's life.</summary>
    public TaskAudit Audit { get; } = new();

    /// <summary>The entry at which this owner's last run of the task ended; null when it did not end at one.</summary>
    public EntryFailure? LastFailure { get; }

    /// <summary>Why it is <see cref="TaskState.Failed"/>; null when it is not.</summary>
    public TaskFailure? Failure { get; private set; }

    /// <summary>What the restore may continue from; null when there is nothing but the changelog.</summary>
    public RetainedState? Retained { get; }

    public TaskEmitter Emitter { get; }

    /// <summary>Where the task is in its life. Readable from any thread.</summary>
    public TaskState State => _state.Current;

    public TopicPartition Changelog => new(Stage.StateTopic, Id.Partition);

    /// <summary>Held while the task changes or is read.</summary>
    public Lock Gate => Stores.Gate;

    /// <summary>
    /// Whether only the first record that there is tells where its input begins: something must be durable before it, and no position is. An input may begin anywhere,
    /// and a checkpoint at an offset that it does not have would be taken for one that lacks what retention took.
    /// </summary>
    public bool BeginsAtFirstRecord { get; private set; }

    /// <summary>Whether something must be durable before it processes anything: a new verdict on an entry, an operator's reset, or a group's offset that is not ahead of its state.</summary>
    public bool MustCheckpointFirst { get; private set; }

    /// <summary>Offset of this owner's fencing record in the changelog; -1 before it is known, and after another one superseded it.</summary>
    public long FencingOffset { get; private set; } = -1;

    /// <summary>First changelog offset that the stores, as of the last durable checkpoint, do not have; -1 when that is not certain.</summary>
    public long NextChangelogOffset { get; private set; } = -1;

    /// <summary>What the commit record of the last durable checkpoint says; null when there is none.</summary>
    public CommitRecord? LastCommit { get; private set; }

    /// <summary>Whether there are packs among the records that a restore must read.</summary>
    public bool HasPacks => LastCommit?.Packs > 0;

    /// <summary>Number of the latest checkpoint that was begun.</summary>
    public long Checkpoint { get; private set; }

    /// <summary>First input offset that was not processed.</summary>
    public long NextOffset { get; private set; }

    /// <summary>
    /// Whether it has processed all that its input had when this run began: from then on its state is not older than what an earlier owner, which may have
    /// processed more than it checkpointed, let anybody read. Readable from any thread.
    /// </summary>
    public bool IsCaughtUp => _isCaughtUp;

    /// <summary>First input offset whose outputs are not acknowledged; -1 while restoring. Readable from any thread.</summary>
    public long AcknowledgedOffset => Interlocked.Read(ref _acknowledgedOffset);

    /// <summary>Input position of the latest durable checkpoint; -1 when there is none. Readable from any thread.</summary>
    public long CommittedOffset => Interlocked.Read(ref _committedOffset);

    /// <summary>The last operator's reset that moved the task; 0 when none has.</summary>
    public long ResetId { get; private set; }

    /// <summary>When the numbers on its outgoing edges began anew, because an operator dropped its state; Unix milliseconds, 0 when they never have.</summary>
    public long EdgesBegunAt { get; private set; }

    /// <summary>The last one that its latest durable checkpoint has. Readable from any thread.</summary>
    public long DurableResetId => Interlocked.Read(ref _durableResetId);

    /// <summary>Where an operator wants the task to go on, while it has not been moved there; null otherwise.</summary>
    public ResetTarget? PendingReset => Environment.Controls().TargetOf(Stage.Name, Id.Partition) is { } target && target.ResetId > ResetId ? target : null;

    /// <summary>Whether an operator wants, or wanted, the task to go on elsewhere, and a checkpoint does not have it.</summary>
    public bool MayHaveMoved(CommitRecord? commit) =>
        Environment.Controls().TargetOf(Stage.Name, Id.Partition) is { } target && target.ResetId > (commit?.ResetId ?? 0);

    /// <summary>Whether it has processed all that it can see of its input. Readable from any thread.</summary>
    public bool IsAtEnd => _isAtEnd;

    /// <summary>Time of the last record that it processed, Unix milliseconds; 0 before the first. Readable from any thread.</summary>
    public long LastTimestamp => Interlocked.Read(ref _lastTimestamp);

    /// <summary>The checkpoint that is not yet durable; null when there is none. Only the lane uses it.</summary>
    public CheckpointSnapshot? PendingCheckpoint { get; private set; }

    /// <summary>How much its changelog has grown since the whole state was last written.</summary>
    public ChangelogGrowth ChangelogGrowth { get; private set; }

    public bool HasUncommittedInput => NextOffset != CommittedOffset && NextOffset > 0;

    /// <summary>Input that was processed and is in no durable checkpoint; bytes as in the log.</summary>
    public (long Bytes, long Records) Uncommitted => (_uncommittedBytes, NextOffset - Math.Max(0, CommittedOffset));

    /// <summary>This owner's fencing record was acknowledged.</summary>
    public void OnFenced(long offset) => (FencingOffset, _changelogRecordsWritten) = (offset, 0);

    /// <summary>Another fencing record superseded this owner's: the next checkpoint needs a new one.</summary>
    public void OnSuperseded() => FencingOffset = -1;

    /// <summary>Counts a record that this owner writes to the changelog.</summary>
    /// <returns>The offset that the record gets if nobody else has written since the fencing record.</returns>
    public long TakeChangelogOffset() => FencingOffset + ++_changelogRecordsWritten;

    /// <summary>The member owns the task. Its input may have been made anew while it was followed.</summary>
    public void OnAssigned(long epoch) => (Epoch, InputTopicId) = (epoch, Environment.InputTopicIdOf(Id.Topic));

    /// <summary>The stores are restored.</summary>
    /// <param name="replay">What was read.</param>
    /// <param name="nextChangelogOffset">First changelog offset that was not read.</param>
    /// <exception cref="InputReplacedException">The checkpoint's position belongs to a topic that is no more, and no reset followed it.</exception>
    public void OnRestored(ChangelogReplay replay, long nextChangelogOffset)
    {
        if (InputTopicId.Length == 0)
            InputTopicId = Environment.InputTopicIdOf(Id.Topic);
        var isReplaced = InputTopicId.Length > 0 && replay.Commit is { InputTopicId.Length: > 0 } of && InputTopicId != of.InputTopicId;
        if (replay.Commit is { } commit)
        {
            ResetId = commit.ResetId;
            Interlocked.Exchange(ref _durableResetId, commit.ResetId);
            if (isReplaced && replay.Reset is null && PendingReset is null)
                throw new InputReplacedException(Id, commit, InputTopicId);
            Checkpoint = commit.Checkpoint;
            LastCommit = commit;
            // A reset's position may be of another topic than the commit before it.
            _positionsInputId = replay.Reset is null ? commit.InputTopicId : "";
            EdgesBegunAt = commit.EdgesBegunAt;
            Audit.Load(commit);
            if (!isReplaced && replay.Reset?.NextOffset is { } target && target > commit.NextOffset)
                Audit.AddSkipped(target - commit.NextOffset);
            Interlocked.Exchange(ref _committedOffset, commit.NextOffset);
        }
        if (replay.Reset is { } reset)
        {
            Interlocked.Exchange(ref _committedOffset, reset.NextOffset);
            _dropped = replay.Dropped;
            _droppedAt = reset.DropState ? reset.WrittenAt : 0;
            if (reset.DropState && !MakesTheSame(reset, replay.Commit, isReplaced))
                EdgesBegunAt = reset.WrittenAt;
            MustCheckpointFirst = _hasLeftOut = true;
        }
        NextChangelogOffset = Math.Max(nextChangelogOffset, FencingOffset + 1);
        ChangelogGrowth = replay.Growth;
    }

    /// <summary>
    /// Whether a task without its state makes what it made before, with the same numbers, which receivers then drop: it begins at its input's first record, and has never
    /// passed over any, as far as its last commit tells. Otherwise the old numbers would hide new entries.
    /// </summary>
    private static bool MakesTheSame(PositionReset reset, CommitRecord? commit, bool isReplaced) =>
        reset.NextOffset == 0 && !isReplaced && commit is null or { EdgesBegunAt: 0, RecordsSkipped: 0, ResetId: 0 };

    /// <summary>
    /// The group's offset is ahead of the restored state, and must be corrected before the task processes anything: its next run would wait for the missing state again.
    /// </summary>
    public void CorrectGroupsOffset() => MustCheckpointFirst = true;

    /// <summary>Takes the restored stores into use; processing continues at <paramref name="nextOffset"/>.</summary>
    /// <exception cref="InvalidOperationException">The task is not <see cref="TaskState.Restoring"/>.</exception>
    public void Start(long nextOffset)
    {
        _dispatcher = new EntryDispatcher(this, _processor);
        if (_hasLeftOut)
        {
            _dispatcher.ExpectGaps();
            _sentTo = nextOffset;
        }
        Emitter.Load(nextOffset, EdgesBegunAt);
        NextOffset = nextOffset;
        Interlocked.Exchange(ref _acknowledgedOffset, nextOffset);
        _holdOffset = LastFailure is { } last && last.Offset > nextOffset ? last.Offset : -1;
        // One that was passed says nothing of what follows.
        if (LastFailure is { } failure && failure.Offset >= nextOffset && (failure.IsFinal || failure.Tries >= Environment.MaxTries))
        {
            _dispatcher.Condemn(failure);
            MustCheckpointFirst = true;
            BeginsAtFirstRecord = CommittedOffset < 0;
        }
        _state.MoveTo(TaskState.Running);
    }

    /// <summary>
    /// It stops alone: nothing more is sent or checkpointed, and its state is given up. Outputs that were sent before are right; the next run sends
    /// them again with the same numbers.
    /// </summary>
    /// <exception cref="InvalidOperationException">The task is <see cref="TaskState.Failed"/> or <see cref="TaskState.Closed"/> already.</exception>
    public void Fail(TaskFailure failure)
    {
        lock (Gate)
        {
            _state.MoveTo(TaskState.Failed);
            Failure = failure;
            Emitter.Discard();
        }
    }

    /// <summary>The task consumes no more; its outputs and last checkpoint are still under way.</summary>
    /// <exception cref="InvalidOperationException">The task is not <see cref="TaskState.Running"/>.</exception>
    public void BeginClosing() => _state.MoveTo(TaskState.Closing);

    /// <summary>Nothing more is done for the task in this process.</summary>
    /// <exception cref="InvalidOperationException">The task is <see cref="TaskState.Closed"/> already.</exception>
    public void Close() => _state.MoveTo(TaskState.Closed);

    /// <summary>Applies the entries of a record that are new. What cannot be processed goes to the dead-letter topic.</summary>
    /// <returns>Number of entries applied.</returns>
    public int Process(ConsumeResult<byte[]?, byte[]?> record)
    {
        lock (Gate)
        {
            NextOffset = record.Offset.Value + 1;
            _isAtEnd = false;
            Interlocked.Exchange(ref _lastTimestamp, record.Message.Timestamp.UnixTimestampMs);
            _uncommittedBytes += LogSize.Of(record.Message);
            return _dispatcher!.Process(record);
        }
    }

    /// <summary>Whether it is not known yet where its input ended when this run began.</summary>
    public bool LacksEnd => _takeoverEnd == long.MaxValue;

    /// <summary>
    /// Moves to where an operator wants it to go on; its state stays. Nothing may be under way: all that it did is durable. A checkpoint with the new position comes
    /// before it processes anything.
    /// </summary>
    public void MoveTo(long nextOffset, long resetId)
    {
        lock (Gate)
        {
            if (nextOffset > NextOffset)
            {
                Audit.AddSkipped(nextOffset - NextOffset);
                _dispatcher!.ExpectGaps();
                // It was to make the same as before, which it does only from its input's first record on.
                if (_droppedAt > EdgesBegunAt && Emitter.Emitted == 0)
                    Emitter.Load(nextOffset, EdgesBegunAt = _droppedAt);
            }
            NextOffset = _sentTo = nextOffset;
            _positionsInputId = "";
            Emitter.MoveTo(nextOffset);
            Interlocked.Exchange(ref _acknowledgedOffset, nextOffset);
            Interlocked.Exchange(ref _lastTimestamp, 0);
            (ResetId, MustCheckpointFirst, _uncommittedBytes, _isAtEnd) = (resetId, true, 0, false);
            ReleaseHold();
        }
    }

    /// <summary>Whether it has processed nothing since an operator's reset moved it: what the input lacks there is nothing that it has missed.</summary>
    public bool IsWhereItWasSent => NextOffset == _sentTo;

    /// <summary>Learns where its input ended when this run began; later ends change nothing.</summary>
    public void ObserveEnd(long end)
    {
        _takeoverEnd = Math.Min(_takeoverEnd, end);
        ObserveProgress();
    }

    /// <summary>It has got on: it may have reached what its input had when this run began.</summary>
    public void ObserveProgress() => _isCaughtUp |= NextOffset >= _takeoverEnd;

    /// <summary>It has processed all that it can see.</summary>
    /// <param name="end">The offset that the next record gets, or a later one.</param>
    public void OnAtEnd(long end)
    {
        ObserveEnd(end);
        _isAtEnd = true;
    }

    /// <summary>Moves over offsets that have no record.</summary>
    public void Skip(long nextOffset)
    {
        lock (Gate)
            NextOffset = nextOffset;
    }

    /// <summary>Moves <see cref="AcknowledgedOffset"/> over the outputs that were acknowledged.</summary>
    public void ObserveAcknowledgements()
    {
        Emitter.ObserveAcknowledgements();
        Interlocked.Exchange(ref _acknowledgedOffset, Emitter.AcknowledgedOffset);
    }

    /// <summary>Takes the changes since the last checkpoint; the outputs up to here must have been flushed.</summary>
    /// <param name="whole">Whether the whole state is written.</param>
    /// <param name="packed">
    /// Whether changes share records (<see cref="ChangePack"/>). Where packs must be read, changes are packed in any case unless this is a copy: compaction
    /// forgets the deletion of a key in time, but not the pack that has the key.
    /// </param>
    /// <param name="now">Unix milliseconds.</param>
    /// <exception cref="InputReplacedException">It is known only now that the last durable position belongs to a topic that is no more.</exception>
    public CheckpointSnapshot BeginCheckpoint(bool whole, bool packed, long now)
    {
        lock (Gate)
        {
            LearnInput();
            _dispatcher!.Save(now);
            Emitter.Save();
            // Between this owner's checkpoints there is nothing that counts, so a copy begins behind the last one. Where that is not known, readers begin as before.
            var isCopy = whole && NextChangelogOffset >= 0;
            var (copies, packs) = (LastCommit?.Copies ?? 0, LastCommit?.Packs ?? 0);
            PackNumbers firstPack = isCopy ? new(copies + 1, 0) : new(copies, packs);
            var snapshot = new CheckpointSnapshot(NextOffset, ++Checkpoint, whole, firstPack, packed || (HasPacks && !isCopy));
            foreach (var key in _dropped)
                snapshot.Drop(key);
            _dropped = [];
            Stores.Capture(whole, snapshot);
            _snapshotBytes = _uncommittedBytes;
            snapshot.Close(this, isCopy ? NextChangelogOffset : LastCommit?.RestoreFrom ?? 0, isCopy ? Checkpoint : LastCommit?.CopiedAt ?? 0, now);
            return PendingCheckpoint = snapshot;
        }
    }

    /// <summary>Takes the id of its input topic, if that was not known when this run began, for what it has processed.</summary>
    private void LearnInput()
    {
        if (IsOfAnotherInput)
            throw new InputReplacedException(Id, LastCommit!, Environment.InputTopicIdOf(Id.Topic));
        // Until it follows a reset, its position is of the topic before.
        if (InputTopicId.Length == 0 && PendingReset is null)
            InputTopicId = Environment.InputTopicIdOf(Id.Topic);
    }

    /// <summary>Whether a checkpoint is due before a record: what precedes the one at which the last run ended is then not done again for each try.</summary>
    public bool HoldsBefore(long offset) => BeginsAtFirstRecord || _holdOffset == offset;

    /// <summary>The checkpoint before that record is under way.</summary>
    public void ReleaseHold() => (_holdOffset, BeginsAtFirstRecord) = (-1, false);

    /// <summary>The pending checkpoint is durable.</summary>
    /// <exception cref="InvalidOperationException">No checkpoint is pending.</exception>
    public void OnCheckpointDurable()
    {
        var snapshot = PendingCheckpoint ?? throw new InvalidOperationException($"Task {Id} has no pending checkpoint.");
        snapshot.Remember(Stores.Parted);
        var written = new ChangelogGrowth(snapshot.LogBytes, snapshot.Records + 1);
        ChangelogGrowth = snapshot.Whole ? written : ChangelogGrowth + written;
        LastCommit = snapshot.Commit;
        _positionsInputId = snapshot.Commit.InputTopicId;
        Interlocked.Exchange(ref _committedOffset, snapshot.NextOffset);
        Interlocked.Exchange(ref _durableResetId, snapshot.Commit.ResetId);
        _uncommittedBytes -= _snapshotBytes;
        NextChangelogOffset = snapshot.CommitOffset >= 0 ? snapshot.CommitOffset + 1 : -1;
        PendingCheckpoint = null;
        MustCheckpointFirst = false;
    }

    /// <summary>Reads the processor while the task stands still.</summary>
    public TResult Read<TProcessor, TResult>(Func<TProcessor, TResult> read)
        where TProcessor : class, IRecordProcessor
    {
        lock (Gate)
            return read((TProcessor)_processor);
    }
}
