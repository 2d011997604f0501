using System.Collections.Concurrent;
using Confluent.Kafka;
using Microsoft.Extensions.Logging;
using StreamSocial.Streams.Tasks;

namespace StreamSocial.Streams.Restoring;

/// <summary>
/// For a cluster with transactions: a checkpoint and the group's offset are committed together. So the new owner first asks for the offset,
/// which waits for transactions that are being committed, and then reads the changelog until it finds that checkpoint. Where a reset may have moved the offset back,
/// it reads to an end that it finds after that.
/// </summary>
/// <remarks>
/// A transaction that an old owner left open hides the records after it from readers until the brokers abort it. The offset shows that
/// something is missing, and the reader waits.
/// </remarks>
/// <param name="committedOffsets">Reads the group's offsets after the transactions that are about to change them.</param>
/// <param name="highWatermark">The end of a changelog with what transactions hide, as last heard; negative when unknown.</param>
/// <param name="firstOffset">The first offset that an input still has; negative when unknown. May ask the brokers.</param>
/// <param name="time">Measures how long to wait for a missing checkpoint.</param>
/// <param name="logger">Says that the group's offsets cannot be read.</param>
/// <param name="lastRecords">
/// Records at the end of a changelog that are read first: the last commit among them says where the last full copy begins. A changelog with as few is read
/// once.
/// </param>
internal sealed partial class TransactionalRestore(
    Func<IEnumerable<TopicPartition>, TimeSpan, List<TopicPartitionOffset>> committedOffsets, Func<TopicPartition, long> highWatermark,
    Func<TopicPartition, long> firstOffset, TimeProvider time, ILogger logger, int lastRecords = 4) : IRestoreProtocol
{
    private static readonly TimeSpan OffsetsTimeout = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan RetryDelay = TimeSpan.FromSeconds(1);

    /// <summary>Partitions asked for at a time; a single request for thousands may take longer than its timeout.</summary>
    private const int PartitionsPerRequest = 500;

    private readonly ILogger _logger = logger;
    private long? _failedAt;

    /// <summary>Well above the time after which the brokers abort an abandoned transaction.</summary>
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(60);

    private readonly ConcurrentQueue<RestoreSession> _opened = new();

    public void Follow(RestoreSession session) => session.BeginAtEnd(lastRecords);

    public void Open(RestoreSession session)
    {
        session.BeginAtEnd(lastRecords);
        _opened.Enqueue(session);
    }

    public void TakeOpened(List<RestoreSession> sessions)
    {
        // A coordinator that is away ends nothing: the restores wait for it.
        if (_failedAt is { } failed && time.GetElapsedTime(failed) < RetryDelay)
            return;
        var taken = new Dictionary<TopicPartition, RestoreSession>();
        while (taken.Count < PartitionsPerRequest && _opened.TryDequeue(out var session))
        {
            if (session.Task.State == TaskState.Restoring)
                taken[session.Task.Id.TopicPartition] = session;
        }
        if (taken.Count == 0)
            return;
        try
        {
            foreach (var committed in committedOffsets(taken.Keys, OffsetsTimeout))
            {
                var session = taken[committed.TopicPartition];
                session.OnCommittedOffset(committed.Offset.IsSpecial ? -1 : committed.Offset.Value);
                sessions.Add(session);
            }
            _failedAt = null;
        }
        catch (KafkaException e)
        {
            LogNoOffsets(taken.Count, e.Error.Code, e.Error.Reason);
            _failedAt = time.GetTimestamp();
            foreach (var session in taken.Values)
                _opened.Enqueue(session);
        }
    }

    // The offset of an idle group may have expired although there is state.
    public bool IsEmpty(RestoreSession session) => false;

    // Transaction markers and compaction leave holes; later records replace what compaction removes.
    public bool CanContinue(RestoreSession session, long offset) => offset >= session.From.Value;

    public bool IsComplete(RestoreSession session, long offset, bool endOfPartition)
    {
        if (!endOfPartition)
            return false;
        var (restored, isReset) = (session.Replay.Commit?.NextOffset ?? -1, session.Replay.Reset is not null);
        // A group without an offset has no checkpoint either that could be missing.
        if (!isReset && (restored == session.ExpectedOffset || session.ExpectedOffset < 0))
            return true;
        // A reset moves the group's offset back, below checkpoints before it, and a checkpoint may follow the reset. So only the end proves that nothing does.
        if (isReset || (restored > session.ExpectedOffset && !session.Task.MayHaveMoved(session.Replay.Commit)))
        {
            if (!session.HasNewEnd)
            {
                session.FindEndAgain();
                return false;
            }
            if (HidesNothing(session))
                return true;
        }
        session.OnStateMissing(time.GetTimestamp());
        return false;
    }

    /// <summary>Whether there is nothing behind the end that was found, which a transaction that has not ended would hide.</summary>
    private bool HidesNothing(RestoreSession session) => highWatermark(session.Task.Changelog) is >= 0 and var end && end <= session.End;

    /// <summary>
    /// What is missing after so long, while no transaction hides anything, was never committed: the brokers kept the offset of a transaction without its changes, as
    /// they were seen to do when all of them were killed while it was committed. The task goes back to the checkpoint that there is and does again what followed;
    /// receivers drop what they have had. Without any checkpoint it was the first transaction, and the task begins anew if its input is whole.
    /// </summary>
    public bool GivesUpWaiting(RestoreSession session)
    {
        if (session.MissingSince is not { } since || time.GetElapsedTime(since) < LongestWait)
            return false;
        var commit = session.Replay.Commit;
        // An empty changelog never had the transaction.
        if (commit is null && (session.End <= 0 || firstOffset(session.Task.Id.TopicPartition) != 0))
            throw Missing(session, "no checkpoint. Was the changelog topic deleted or recreated? 'streamsocial tasks reset' lets it begin anew");
        if (!HidesNothing(session))
            throw Missing(session, $"{(commit is null ? "no checkpoint" : $"a checkpoint at {commit.NextOffset} only")}, and what follows is in a transaction that has not ended");
        LogGoesBack(session.Task.Id, session.ExpectedOffset, session.Task.Changelog, commit?.NextOffset ?? 0);
        session.GoBackTo(commit?.NextOffset ?? -1);
        return true;
    }

    private static StateMissingException Missing(RestoreSession session, string held) =>
        new($"Task {session.Task.Id}: the group's offset is {session.ExpectedOffset}, but the changelog {session.Task.Changelog} holds {held}.");

    [LoggerMessage(Level = LogLevel.Warning, Message = "The group's offsets of {Count} partitions cannot be read ({Code}: {Reason}); asking again")]
    private partial void LogNoOffsets(int count, ErrorCode code, string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The group's offset of {Task} is {Offset}, but the last checkpoint in {Changelog} is at {Checkpoint}: the brokers kept one part of a transaction without the other. It goes on from there and does again what followed")]
    private partial void LogGoesBack(TaskId task, long offset, TopicPartition changelog, long checkpoint);
}

/// <summary>The group's offsets prove a checkpoint that the changelog does not contain, or not yet.</summary>
public sealed class StateMissingException(string message) : Exception(message);
