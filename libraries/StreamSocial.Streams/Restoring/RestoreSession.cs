using Confluent.Kafka;
using StreamSocial.Streams.Tasks;

namespace StreamSocial.Streams.Restoring;

/// <summary>
/// The restore of one task: from the end of its retained state; else from where the last full copy of its state begins, which the last commit says; else
/// from the beginning of its changelog. One of a task that its member does not own yet follows the changelog and is not complete before it does.
/// </summary>
/// <param name="task">The task.</param>
/// <param name="isOwned">Whether the member owns it; if not, <see cref="OnOwned"/> says when it does.</param>
internal sealed class RestoreSession(StreamTask task, bool isOwned = true)
{
    /// <summary>How many times as many of the last records are read if there was no commit among them.</summary>
    private const int LookBackFactor = 16;

    /// <summary>Last records in which a commit is looked for; beyond them everything is read.</summary>
    private const int MostLastRecords = 100_000;

    private long _nextChangelogOffset;
    private int _lastRecords;
    private long _first = -1;
    private long _bytesBefore;

    /// <summary>Whether the stores have what was read so far, though they may not be those of the last commit.</summary>
    private bool _hasApplied;
    private volatile bool _isOwned = isOwned;
    private volatile bool _isWarm;
    private volatile bool _hasFailed;

    /// <summary>Where the changelog ends if it has been read so far; -1 if it has not.</summary>
    public long End { get; private set; } = -1;

    /// <summary>
    /// Whether the end that was found is one of after the group's offset was asked for. One that a session found while it followed its changelog may be older, even if
    /// the client tells of it later.
    /// </summary>
    public bool HasNewEnd { get; private set; } = isOwned;

    public StreamTask Task => task;

    public ChangelogReplay Replay { get; private set; } = new(task.Id.ToString(), task.Stores, task.Retained?.Commit, task.Retained?.Growth ?? default);

    /// <summary>Bytes of keys and values read, from all positions that it has begun at.</summary>
    public long Bytes => _bytesBefore + Replay.Bytes;

    /// <summary>Whether it continues from a retained state.</summary>
    public bool UsesRetainedState { get; private set; } = task.Retained is not null;

    /// <summary>Whether the member owns the task. Readable from any thread.</summary>
    public bool IsOwned => _isOwned;

    /// <summary>Whether the stores have what the changelog had at a moment before the member owned the task, so that little is left. Readable from any thread.</summary>
    public bool IsWarm => _isWarm;

    /// <summary>Whether the changelog could not be followed for a task that the member does not own. Readable from any thread.</summary>
    public bool HasFailed => _hasFailed;

    /// <summary>Where reading begins; <see cref="LastRecordsOffset"/> when it is so many records before the end.</summary>
    public Offset From { get; private set; } = task.Retained is { } retained ? new Offset(retained.NextChangelogOffset) : Offset.Beginning;

    /// <summary>The group's committed offset of the input; -1 when there is none.</summary>
    public long ExpectedOffset { get; private set; } = -1;

    /// <summary>When the end was reached and the expected state was missing, as a timestamp of the restorer's clock; null before that.</summary>
    public long? MissingSince { get; private set; }

    /// <summary>When the member got the task, as a timestamp of the restorer's clock.</summary>
    public long BeganAt { get; private set; }

    /// <summary>The member got the task; where the restore ends is found out next.</summary>
    /// <param name="timestamp">Of the restorer's clock.</param>
    public void BeginAt(long timestamp) => BeganAt = timestamp;

    /// <summary>The member owns the task, and it is known where the restore ends.</summary>
    public void OnOwned()
    {
        if (_hasFailed)
            StartOver();
        _isOwned = true;
    }

    /// <summary>The changelog cannot be followed any further; an owner begins anew.</summary>
    public void OnNotFollowed() => (_hasFailed, _isWarm) = (true, false);

    /// <summary>Gives up a session of a task that the member does not own.</summary>
    public void Abandon()
    {
        lock (task.Gate)
        {
            task.Close();
            task.Stores.Clear();
        }
    }

    /// <summary>The group's committed offset of the input is known; -1: there is none.</summary>
    public void OnCommittedOffset(long offset) => ExpectedOffset = offset;

    /// <summary>The state that the group's offset proves will never come: it goes on with what the changelog has.</summary>
    /// <param name="offset">The position of that; -1 when it is nothing.</param>
    public void GoBackTo(long offset)
    {
        ExpectedOffset = offset;
        task.CorrectGroupsOffset();
    }

    /// <summary>The end of the changelog was reached and the expected state is missing.</summary>
    public void OnStateMissing(long timestamp) => MissingSince ??= timestamp;

    /// <summary>An older end than the group's offset says too little: the session reads on from there, and finds the end that there is now.</summary>
    public void FindEndAgain() => (From, HasNewEnd, MissingSince) = (new Offset(End), true, null);

    /// <summary>
    /// Reads the last records first, unless it continues from a retained state: their commit says where to begin. Does nothing if that was said before.
    /// </summary>
    public void BeginAtEnd(int lastRecords)
    {
        if (_lastRecords > 0)
            return;
        _lastRecords = lastRecords;
        if (!UsesRetainedState)
            From = LastRecordsOffset.Of(lastRecords);
    }

    /// <summary>Takes the next record, or the end of the partition.</summary>
    /// <param name="protocol">Decides where the changelog ends.</param>
    /// <param name="record">The next record; null at the end of the partition.</param>
    /// <param name="offset">The record's offset, or the partition's end.</param>
    public RestoreStep Take(IRestoreProtocol protocol, ConsumeResult<byte[]?, byte[]?>? record, long offset)
    {
        lock (task.Gate)
        {
            // Another task may already use the stores of a closed one.
            if (task.State != TaskState.Restoring)
                return RestoreStep.Unwanted;
            if (UsesRetainedState && Replay.Records == 0 && !(record is null ? offset >= From.Value : protocol.CanContinue(this, offset)))
                return StartOver();
            if (_first < 0)
                _first = LastRecordsOffset.IsOne(From) ? offset : Math.Max(From.Value, 0);
            if (record is not null)
                Replay.Read(record);
            else if (!UsesRetainedState && _first > (Replay.Commit?.RestoreFrom ?? 0))
                return LookBack();
            End = record is null ? offset : -1;
            if (!_isOwned)
                return record is null ? WarmUp() : RestoreStep.More;
        }
        var hadNewEnd = HasNewEnd;
        if (!protocol.IsComplete(this, offset, endOfPartition: record is null))
            return HasNewEnd == hadNewEnd ? RestoreStep.More : RestoreStep.FindEnd;
        lock (task.Gate)
        {
            if (task.State != TaskState.Restoring)
                return RestoreStep.Unwanted;
            // A state that is in the stores already does not know the keys that its changelog holds, which are to be dropped.
            if ((UsesRetainedState || _hasApplied) && (Replay.Reset is { DropState: true } || !Replay.Apply()))
                return StartOver();
        }
        _nextChangelogOffset = record is null ? offset : offset + 1;
        return RestoreStep.Done;
    }

    /// <summary>Ends a session that has been read to the end of the changelog already, if nothing is missing.</summary>
    public RestoreStep TakeKnownEnd(IRestoreProtocol protocol) => End >= 0 ? Take(protocol, record: null, End) : RestoreStep.More;

    /// <summary>Verifies the replayed state against the checkpoint and hands it to the task.</summary>
    /// <exception cref="StateChecksumException">They differ.</exception>
    public void Complete()
    {
        lock (task.Gate)
        {
            if (task.State != TaskState.Restoring)
                return;
            Replay.ApplyAndVerify();
        }
        task.OnRestored(Replay, _nextChangelogOffset);
    }

    /// <summary>Brings the stores to the last commit though more may come.</summary>
    private RestoreStep WarmUp()
    {
        // What an operator's reset drops, the owner finds out when it reads everything.
        if (Replay.Reset is not null)
            return RestoreStep.More;
        _hasApplied = true;
        if (!Replay.Apply())
            return UsesRetainedState || _isWarm ? StartOver() : RestoreStep.More;
        _isWarm = true;
        return RestoreStep.More;
    }

    private RestoreStep StartOver()
    {
        (UsesRetainedState, _isWarm) = (false, false);
        ReadFrom(_lastRecords > 0 ? LastRecordsOffset.Of(_lastRecords) : Offset.Beginning);
        return RestoreStep.StartOver;
    }

    /// <summary>What was read does not reach back to the last full copy.</summary>
    private RestoreStep LookBack()
    {
        _lastRecords *= LookBackFactor;
        ReadFrom(Replay.Commit is { } commit ? new Offset(commit.RestoreFrom)
            : _lastRecords <= MostLastRecords ? LastRecordsOffset.Of(_lastRecords)
            : Offset.Beginning);
        return RestoreStep.LookBack;
    }

    private void ReadFrom(Offset from)
    {
        task.Stores.Clear();
        _bytesBefore += Replay.Bytes;
        Replay = new ChangelogReplay(task.Id.ToString(), task.Stores);
        // Where the reading before ended says nothing of this one.
        (From, _first, End, MissingSince, _hasApplied) = (from, -1, -1, null, false);
    }
}

/// <summary>librdkafka's logical offset of a partition's last records (<c>RD_KAFKA_OFFSET_TAIL</c>), for which the client has no name.</summary>
internal static class LastRecordsOffset
{
    private const long Base = -2_000;

    /// <summary>So many offsets before the end, or the beginning if there are fewer.</summary>
    public static Offset Of(int records) => new(Base - records);

    public static bool IsOne(Offset offset) => offset.Value < Base;

    /// <summary>The offset that it stands for in a partition with that end.</summary>
    public static long Resolve(Offset offset, long end) => Math.Max(0, end - (Base - offset.Value));
}

/// <summary>What to do with a restore after a record.</summary>
internal enum RestoreStep
{
    /// <summary>Read on.</summary>
    More,

    /// <summary>The retained state cannot be continued: read again from the session's position, which is another one now.</summary>
    StartOver,

    /// <summary>What was read is not enough: read again from the session's position, which is an earlier one now.</summary>
    LookBack,

    /// <summary>The end is to be found anew: read on from the session's position, which is the end that it knows.</summary>
    FindEnd,

    /// <summary>The task was closed meanwhile.</summary>
    Unwanted,

    /// <summary>Everything is read.</summary>
    Done,
}

/// <summary>How a new owner makes sure that no other owner's writes follow what it restores, and how it recognises the end.</summary>
internal interface IRestoreProtocol
{
    /// <summary>Prepares a session of a task that the member does not own yet; its changelog can be read at once.</summary>
    void Follow(RestoreSession session);

    /// <summary>Prepares a session; <see cref="TakeOpened"/> returns it when its changelog can be read, or what is left of it.</summary>
    void Open(RestoreSession session);

    /// <summary>Adds the sessions whose changelogs can be read. Called on the restorer's thread; may wait for brokers.</summary>
    void TakeOpened(List<RestoreSession> sessions);

    /// <summary>Whether there is nothing to read at all.</summary>
    bool IsEmpty(RestoreSession session);

    /// <summary>Whether a retained state can be continued with the first record read after its end, which is at <paramref name="offset"/>.</summary>
    bool CanContinue(RestoreSession session, long offset);

    /// <summary>Whether the session is complete after the record or the end of the partition at <paramref name="offset"/>.</summary>
    bool IsComplete(RestoreSession session, long offset, bool endOfPartition);

    /// <summary>
    /// Called repeatedly while a session reads: the end of a partition is reported only once, and what is missing then may never come. When it returns true, the
    /// session is complete with what it has.
    /// </summary>
    /// <exception cref="StateMissingException">The changelog lacks the state that the group's offsets prove.</exception>
    bool GivesUpWaiting(RestoreSession session);
}
