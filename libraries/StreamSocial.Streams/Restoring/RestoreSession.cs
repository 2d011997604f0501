using Confluent.Kafka;
using StreamSocial.Kafka.Producing;
using StreamSocial.Streams.Tasks;

namespace StreamSocial.Streams.Restoring;

/// <summary>The restore of one task, from its claim to its last record.</summary>
internal sealed class RestoreSession(StreamTask task, Action<RestoreSession> onClaimed, Action<Error> onFailed) : IDeliveryHandler
{
    public StreamTask Task => task;

    public ChangelogReplay Replay { get; } = new(task.Id.ToString(), task.Stores);

    /// <summary>Nobody has written to the changelog before this claim.</summary>
    public bool IsFirstOwner => task.Claim == 0;

    public void OnDelivered(long token, long offset, Error? error)
    {
        if (error is not null)
        {
            onFailed(error);
            return;
        }
        task.Claim = offset;
        onClaimed(this);
    }
}
