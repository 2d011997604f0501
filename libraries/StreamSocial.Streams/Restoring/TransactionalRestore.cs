using System.Collections.Concurrent;
using Confluent.Kafka;
using StreamSocial.Streams.Tasks;

namespace StreamSocial.Streams.Restoring;

/// <summary>
/// For a cluster with transactions: a checkpoint and the group's offset are committed together, so the new owner first asks for the
/// offset (which waits for transactions that are being committed), then reads the changelog until it holds just that checkpoint.
/// </summary>
/// <remarks>
/// A transaction that an old owner left open hides what comes after it from readers until the brokers end it; the offset tells that
/// something is missing, and the reader waits.
/// </remarks>
/// <param name="committedOffsets">Asks for the group's offsets, and waits for transactions that are about to change them.</param>
/// <param name="time">Measures how long a missing checkpoint is waited for.</param>
internal sealed class TransactionalRestore(
    Func<IEnumerable<TopicPartition>, TimeSpan, List<TopicPartitionOffset>> committedOffsets, TimeProvider time) : IRestoreProtocol
{
    private static readonly TimeSpan OffsetsTimeout = TimeSpan.FromSeconds(30);

    /// <summary>Well above the time after which the brokers end an abandoned transaction.</summary>
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(60);

    private readonly ConcurrentQueue<RestoreSession> _opened = new();

    public void Open(RestoreSession session) => _opened.Enqueue(session);

    public void TakeOpened(List<RestoreSession> sessions)
    {
        var taken = new Dictionary<TopicPartition, RestoreSession>();
        while (_opened.TryDequeue(out var session))
        {
            if (session.Task.State.Current == TaskState.Restoring)
                taken[session.Task.Id.TopicPartition] = session;
        }
        if (taken.Count == 0)
            return;
        foreach (var committed in committedOffsets(taken.Keys, OffsetsTimeout))
        {
            var session = taken[committed.TopicPartition];
            session.ExpectedOffset = committed.Offset.IsSpecial ? -1 : committed.Offset.Value;
            sessions.Add(session);
        }
    }

    // An offset that expired with an idle group does not mean that there is no state.
    public bool IsEmpty(RestoreSession session) => false;

    // Markers and compaction leave holes; what a compaction drops, later records replace.
    public bool CanContinue(RestoreSession session, long offset) => offset >= session.From.Value;

    public bool IsComplete(RestoreSession session, long offset, bool endOfPartition)
    {
        if (!endOfPartition)
            return false;
        var restored = session.Replay.Commit?.NextOffset ?? -1;
        if (restored >= session.ExpectedOffset)
            return true;
        session.MissingSince ??= time.GetTimestamp();
        return false;
    }

    public void CheckWaiting(RestoreSession session)
    {
        if (session.MissingSince is not { } since || time.GetElapsedTime(since) < LongestWait)
            return;
        var restored = session.Replay.Commit?.NextOffset ?? -1;
        throw new StateMissingException(
            $"Task {session.Task.Id}: the group's offset is {session.ExpectedOffset}, but the changelog {session.Task.Changelog} holds a checkpoint at "
            + $"{(restored < 0 ? "no position" : restored.ToString(System.Globalization.CultureInfo.InvariantCulture))} only. Was the changelog topic deleted or recreated? "
            + "Reset the group's offsets to begin anew.");
    }
}

/// <summary>The group's offsets say that a checkpoint was made which the changelog does not have.</summary>
public sealed class StateMissingException(string message) : Exception(message);
