using System.Collections.Concurrent;
using Confluent.Kafka;
using StreamSocial.Kafka.Producing;
using StreamSocial.Streams.Checkpoints;
using StreamSocial.Streams.Tasks;

namespace StreamSocial.Streams.Restoring;

/// <summary>
/// For a cluster without transactions: the new owner writes a claim and restores up to it. What an earlier owner still writes comes
/// after the claim and is ignored by every later reader.
/// </summary>
internal sealed class FencedRestore(TaskEnvironment environment, TimeProvider time) : IRestoreProtocol
{
    private readonly ConcurrentQueue<RestoreSession> _claimed = new();

    public void Open(RestoreSession session) => FencingRecords.Send(
        environment.Sender, session.Task.Changelog, environment.MemberId, time, new FencingDelivery(session, _claimed.Enqueue, environment.OnDeliveryFailed));

    public void TakeOpened(List<RestoreSession> sessions)
    {
        while (_claimed.TryDequeue(out var session))
            sessions.Add(session);
    }

    /// <summary>A claim at offset 0 is the first record ever.</summary>
    public bool IsEmpty(RestoreSession session) => session.Task.Claim == 0;

    /// <summary>Such a log has no holes, so anything but the very next record means that records were dropped at its beginning.</summary>
    public bool CanContinue(RestoreSession session, long offset) => offset == session.From.Value;

    public bool IsComplete(RestoreSession session, long offset, bool endOfPartition) => !endOfPartition && offset >= session.Task.Claim;

    public void CheckWaiting(RestoreSession session)
    {
        // The claim that ends the reading is acknowledged before it begins, so nothing is hidden from the reader.
    }

    private sealed class FencingDelivery(RestoreSession session, Action<RestoreSession> onClaimed, Action<Error> onFailed) : IDeliveryHandler
    {
        public void OnDelivered(long token, long offset, Error? error)
        {
            if (error is not null)
            {
                onFailed(error);
                return;
            }
            session.Task.Claim = offset;
            onClaimed(session);
        }
    }
}
