using System.Collections.Concurrent;
using Confluent.Kafka;
using StreamSocial.Kafka.Producing;
using StreamSocial.Streams.Checkpoints;
using StreamSocial.Streams.Tasks;

namespace StreamSocial.Streams.Restoring;

/// <summary>
/// For a cluster without transactions: the new owner writes a fencing record and restores up to it. Every later reader ignores what an
/// earlier owner writes after it.
/// </summary>
internal sealed class FencedRestore(TaskEnvironment environment, TimeProvider time) : IRestoreProtocol
{
    private readonly ConcurrentQueue<RestoreSession> _fenced = new();

    public void Follow(RestoreSession session)
    {
        // What is read before the fencing record counts in any case.
    }

    public void Open(RestoreSession session) => FencingRecords.Send(
        environment.Sender, session.Task.Changelog, environment.MemberId, time, new FencingDelivery(session, _fenced.Enqueue, environment.OnDeliveryFailed));

    public void TakeOpened(List<RestoreSession> sessions)
    {
        while (_fenced.TryDequeue(out var session))
            sessions.Add(session);
    }

    /// <summary>A fencing record at offset 0 is the first record of the log.</summary>
    public bool IsEmpty(RestoreSession session) => session.Task.FencingOffset == 0;

    /// <summary>Such a log has no holes, so any record but the very next one means that records were dropped at its beginning.</summary>
    public bool CanContinue(RestoreSession session, long offset) => offset == session.From.Value;

    /// <summary>A session that followed its changelog may have passed the fencing record before it was acknowledged: then the end says so.</summary>
    public bool IsComplete(RestoreSession session, long offset, bool endOfPartition) =>
        endOfPartition ? offset > session.Task.FencingOffset : offset >= session.Task.FencingOffset;

    /// <summary>The fencing record that ends the reading is acknowledged before reading begins, so nothing is hidden from the reader.</summary>
    public bool GivesUpWaiting(RestoreSession session) => false;

    private sealed class FencingDelivery(RestoreSession session, Action<RestoreSession> onFenced, Action<Error> onFailed) : IDeliveryHandler
    {
        public void OnDelivered(long token, long offset, Error? error)
        {
            if (error is not null)
            {
                onFailed(error);
                return;
            }
            session.Task.OnFenced(offset);
            onFenced(session);
        }
    }
}
