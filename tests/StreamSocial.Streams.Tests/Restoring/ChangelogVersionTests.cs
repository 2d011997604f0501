using Confluent.Kafka;
using Google.Protobuf;
using StreamSocial.Streams.Checkpoints;
using StreamSocial.Streams.Contracts;
using StreamSocial.Streams.Restoring;
using StreamSocial.Streams.State;
using StreamSocial.Streams.State.Memory;

namespace StreamSocial.Streams.Tests.Restoring;

/// <summary>A changelog outlives the program that wrote it, and with it the hash that its checksums are made of.</summary>
public sealed class ChangelogVersionTests
{
    private readonly TaskStores _stores = new(InMemoryStores.Instance);

    [Fact]
    public void ApplyAndVerify_ThisVersion_ProvesTheChecksum()
    {
        Replay(_ => { }).ApplyAndVerify();
        Assert.Equal(3, Assert.Single(_stores.IncomingEdges.Entries).Value);
        Assert.Throws<StateChecksumException>(Replay(commit => commit.Checksum++).ApplyAndVerify);
    }

    [Fact]
    public void ApplyAndVerify_VersionWithAnotherChecksum_IsRestoredByTheNumberOfEntries()
    {
        Replay(commit => (commit.Version, commit.Checksum) = (1, 0xBAD)).ApplyAndVerify();
        Assert.Equal(3, Assert.Single(_stores.IncomingEdges.Entries).Value);
        Assert.Throws<StateChecksumException>(Replay(commit => (commit.Version, commit.Checksum, commit.Entries) = (1, 0xBAD, 2)).ApplyAndVerify);
    }

    [Fact]
    public void Apply_VersionWithAnotherChecksum_IsNoProof() => Assert.False(Replay(commit => commit.Version = 1).Apply());

    [Fact]
    public void Read_NewerVersion_IsRefused() =>
        Assert.Contains($"its version is {ChangelogKeys.Version + 1}", Assert.Throws<InvalidDataException>(Replay(commit => commit.Version = ChangelogKeys.Version + 1).ApplyAndVerify).Message, StringComparison.Ordinal);

    /// <summary>Old commits stay comparable only while these values stay: a change needs a new <see cref="ChangelogKeys.Version"/>.</summary>
    [Theory]
    [InlineData(16, "", "", 3869002058750369461)]
    [InlineData(16, "key", "value", 4326961631740465794)]
    [InlineData(17, "key", "value", 9495809865713766415)]
    [InlineData(16, "keyv", "alue", 6234807199675695402)]
    public void OfEntry_IsPartOfTheStoredFormat(byte store, string key, string value, ulong expected) =>
        Assert.Equal(expected, StateChecksum.OfEntry(store, System.Text.Encoding.UTF8.GetBytes(key), System.Text.Encoding.UTF8.GetBytes(value)));

    [Fact]
    public void OfEntry_AllocatesNothing()
    {
        var value = new byte[4096];
        StateChecksum.OfEntry(16, value, value);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 100; i++)
            StateChecksum.OfEntry(16, value, value);
        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
    }

    /// <summary>Replays a changelog with one change and its commit.</summary>
    private ChangelogReplay Replay(Action<CommitRecord> alter)
    {
        var written = new TaskStores(InMemoryStores.Instance);
        written.IncomingEdges.Put("lines/1", 3);
        var snapshot = new CheckpointSnapshot(nextOffset: 5, checkpoint: 1, whole: false);
        written.Capture(whole: false, snapshot);
        var commit = new CommitRecord { Version = ChangelogKeys.Version, Checkpoint = 1, NextOffset = 5, Checksum = written.Checksum, Entries = written.Count, Owner = -1 };
        alter(commit);

        var replay = new ChangelogReplay("lines/1", _stores);
        var offset = 0;
        foreach (var record in snapshot.ToRecords(int.MaxValue, new PartedEntries()).Append(new ChangelogRecord(ChangelogKeys.Commit, commit.ToByteArray(), Parts: 0)))
            replay.Read(new ConsumeResult<byte[]?, byte[]?> { Offset = offset++, Message = new Message<byte[]?, byte[]?> { Key = record.Key, Value = record.Value } });
        return replay;
    }
}
