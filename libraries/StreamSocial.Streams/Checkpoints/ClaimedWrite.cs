using Confluent.Kafka;
using Google.Protobuf;
using StreamSocial.Kafka.Producing;
using StreamSocial.Streams.Emitting;
using StreamSocial.Streams.Tasks;
using StreamSocial.Topics;

namespace StreamSocial.Streams.Checkpoints;

/// <summary>One checkpoint on its way under a claim, and the delivery of the claim where it needs a new one.</summary>
internal sealed class ClaimedWrite(StreamTask task, TaskCapture capture, Action<Error> onFailed) : IDeliveryHandler
{
    private readonly FlushMark _mark = new(capture.NextOffset, onFailed);
    private long _newClaim = -1;
    private long _expectedOffset;

    public StreamTask Task => task;

    /// <summary>Whether the claim that it waited for is there.</summary>
    public bool HasNewClaim => task.Claim < 0 && Interlocked.Read(ref _newClaim) >= 0;

    public bool IsAcknowledged => _mark.IsAcknowledged;

    public void Send(IRecordSender sender)
    {
        if (task.Claim < 0)
        {
            task.Claim = capture.Commit.Owner = Interlocked.Read(ref _newClaim);
            task.ChangelogRecordsWritten = 0;
        }
        var headers = new Headers { { ChangelogKeys.OwnerHeader, RecordHeaders.EncodeSequence(task.Claim) } };
        foreach (var (key, value) in capture.Changes)
            Send(sender, key, value, headers, _mark);
        // As far behind the claim as there are records under it: nobody else has written since.
        _expectedOffset = task.Claim + task.ChangelogRecordsWritten + 1;
        Send(sender, ChangelogKeys.Commit, capture.Commit.ToByteArray(), headers, new CommitDelivery(this));
        _mark.Seal();
    }

    void IDeliveryHandler.OnDelivered(long token, long offset, Error? error)
    {
        if (error is not null)
            onFailed(error);
        else
            Interlocked.Exchange(ref _newClaim, offset);
    }

    private void Send(IRecordSender sender, byte[] key, byte[]? value, Headers headers, IDeliveryHandler handler)
    {
        task.ChangelogRecordsWritten++;
        _mark.AddRecord();
        sender.Send(task.Changelog.Topic, task.Changelog.Partition.Value, new Message<byte[]?, byte[]?> { Key = key, Value = value, Headers = headers }, handler, token: 0);
    }

    private void CommitDelivered(long token, long offset, Error? error)
    {
        capture.CommitOffset = error is null && offset == _expectedOffset ? offset : -1;
        _mark.OnDelivered(token, offset, error);
    }

    private sealed class CommitDelivery(ClaimedWrite write) : IDeliveryHandler
    {
        public void OnDelivered(long token, long offset, Error? error) => write.CommitDelivered(token, offset, error);
    }
}
