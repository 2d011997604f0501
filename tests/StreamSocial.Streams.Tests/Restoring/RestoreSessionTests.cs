using Confluent.Kafka;
using Google.Protobuf;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using StreamSocial.Kafka.Producing;
using StreamSocial.Streams.Checkpoints;
using StreamSocial.Streams.Contracts;
using StreamSocial.Streams.Restoring;
using StreamSocial.Streams.Simulation.Workload;
using StreamSocial.Streams.Tasks;

namespace StreamSocial.Streams.Tests.Restoring;

/// <summary>Where a restore begins to read on a cluster with transactions.</summary>
public sealed class RestoreSessionTests : IRecordSender
{
    private const int LastRecords = 10;

    private static readonly SimulatedTopics Topics = new(1, 1);

    private readonly TransactionalRestore _restore;
    private readonly RestoreSession _session;

    public RestoreSessionTests()
    {
        var environment = new TaskEnvironment("member", Topics.Layout, this, 1, _ => { });
        _restore = new TransactionalRestore(
            (partitions, _) => [.. partitions.Select(partition => new TopicPartitionOffset(partition, Offset.Unset))], _ => -1, _ => 0, new FakeTimeProvider(), NullLogger.Instance, LastRecords);
        _session = new RestoreSession(new StreamTask(Topics.Tasks[0], Topics.Stages[0], 1, environment));
        _restore.Open(_session);
    }

    [Fact]
    public void Take_ChangelogIsEmpty_IsDoneAtOnce() => Assert.Equal(RestoreStep.Done, TakeEnd(0));

    [Fact]
    public void Take_LastCopyBeginsAmongTheLastRecords_IsReadOnce()
    {
        Assert.Equal(LastRecordsOffset.Of(LastRecords), _session.From);
        Assert.Equal(RestoreStep.More, Take(90, [16, 1]));
        Assert.Equal(RestoreStep.More, TakeCommit(98, restoreFrom: 90));
        Assert.Equal(RestoreStep.Done, TakeEnd(100));
    }

    [Fact]
    public void Take_LastCopyBeginsBefore_ReadsFromThere()
    {
        Take(90, [16, 1]);
        TakeCommit(98, restoreFrom: 40);

        Assert.Equal(RestoreStep.LookBack, TakeEnd(100));
        Assert.Equal(40, _session.From.Value);
        Assert.Equal(0, _session.Replay.Records);
        // Its first records are markers, or were compacted.
        Take(45, [16, 1]);
        TakeCommit(98, restoreFrom: 40);
        Assert.Equal(RestoreStep.Done, TakeEnd(100));
    }

    [Fact]
    public void Take_NoCommitAmongTheLastRecords_LooksFurtherBackUntilTheBeginning()
    {
        Take(999_991, [16, 1]);
        var positions = new List<long>();
        while (TakeEnd(1_000_000) == RestoreStep.LookBack)
        {
            positions.Add(_session.From.Value);
            if (_session.From == Offset.Beginning)
                break;
            Take(LastRecordsOffset.Resolve(_session.From, 1_000_000), [16, 1]);
        }
        Assert.Equal([LastRecordsOffset.Of(160).Value, LastRecordsOffset.Of(2_560).Value, LastRecordsOffset.Of(40_960).Value, Offset.Beginning.Value], positions);
    }

    /// <summary>An older program, which knows nothing of copies, was the last owner.</summary>
    [Fact]
    public void Take_CommitDoesNotSayWhereToBegin_ReadsEverything()
    {
        TakeCommit(98, restoreFrom: 0);

        Assert.Equal(RestoreStep.LookBack, TakeEnd(100));
        Assert.Equal(0, _session.From.Value);
    }

    private RestoreStep Take(long offset, byte[] key, byte[]? value = null) => _session.Take(
        _restore, new ConsumeResult<byte[]?, byte[]?> { Offset = offset, Message = new Message<byte[]?, byte[]?> { Key = key, Value = value } }, offset);

    private RestoreStep TakeCommit(long offset, long restoreFrom) => Take(
        offset, ChangelogKeys.Commit, new CommitRecord { Version = ChangelogKeys.Version, NextOffset = 5, RestoreFrom = restoreFrom }.ToByteArray());

    private RestoreStep TakeEnd(long offset) => _session.Take(_restore, null, offset);

    void IRecordSender.Send(string topic, int partition, Message<byte[]?, byte[]?> message, IDeliveryHandler handler, long token) =>
        throw new NotSupportedException("A restore sends nothing here.");
}
