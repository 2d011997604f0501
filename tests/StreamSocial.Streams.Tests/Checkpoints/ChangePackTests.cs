using System.Buffers;
using Confluent.Kafka;
using CsCheck;
using Google.Protobuf;
using StreamSocial.Streams.Checkpoints;
using StreamSocial.Streams.Contracts;
using StreamSocial.Streams.Restoring;
using StreamSocial.Streams.State;
using StreamSocial.Streams.State.Memory;

namespace StreamSocial.Streams.Tests.Checkpoints;

public sealed class ChangePackTests
{
    [Fact]
    public void Read_WhatWasWritten_IsTheSame() =>
        Gen.Select(Gen.Byte.Array[0, 200], Gen.OneOf(Gen.Byte.Array[0, 400], Gen.Const((byte[])null!))).List[0, 40].Sample(changes =>
        {
            var pack = new ArrayBufferWriter<byte>();
            foreach (var (key, value) in changes)
            {
                var before = pack.WrittenCount;
                ChangePack.Write(pack, key, value, removed: value is null);
                Assert.InRange(pack.WrittenCount - before, 1, ChangePack.SizeOf(key, value));
            }
            var read = ChangePack.Read(pack.WrittenSpan);
            Assert.Equal(changes.Select(change => change.Item1), read.Select(change => change.Key));
            Assert.Equal(changes.Select(change => change.Item2), read.Select(change => change.Value));
        });

    [Theory]
    [InlineData(new byte[] { 5, 1, 0 })]
    [InlineData(new byte[] { 0x80 })]
    [InlineData(new byte[] { 0xFF, 0xFF, 0xFF, 0xFF, 0x0F, 0 })]
    [InlineData(new byte[] { 0x80, 0x80, 0x80, 0x80, 0x80, 0 })]
    public void Read_NoPack_SaysSo(byte[] bytes) => Assert.Throws<InvalidDataException>(() => ChangePack.Read(bytes));

    [Theory]
    [InlineData(0, 0)]
    [InlineData(1, 126)]
    [InlineData(127, 127)]
    [InlineData(128, 16_382)]
    [InlineData(16_384, 16_383)]
    [InlineData(1, 2_097_151)]
    public void MostBytesOf_Changes_AreAtLeastWhatTheyTakeAndLittleMore(int keyBytes, int valueBytes)
    {
        var pack = new ArrayBufferWriter<byte>();
        for (var i = 0; i < 10; i++)
            ChangePack.Write(pack, new byte[keyBytes], new byte[valueBytes], removed: false);

        Assert.InRange(ChangePack.MostBytesOf(10, 10 * (keyBytes + valueBytes)), pack.WrittenCount, pack.WrittenCount * 1.01);
    }

    [Fact]
    public void ToRecords_ManyChanges_AreFewRecordsInOrder()
    {
        var snapshot = new CheckpointSnapshot(nextOffset: 5, checkpoint: 1, whole: false, new PackNumbers(Copies: 3, Packs: 7), packed: true);
        for (var i = 0; i < 10_000; i++)
            snapshot.Add(16, BitConverter.GetBytes(i), new byte[30], removed: i % 3 == 0);

        ChangelogRecord[] records = [.. snapshot.ToRecords(900_000, new PartedEntries())];

        Assert.InRange(records.Length, 2, 5);
        Assert.All(records, record => Assert.InRange(record.Value!.Length, 1, ChangePack.FullBytes));
        Assert.Equal(Enumerable.Range(7, records.Length).Select(number => new PackNumbers(3, number).Key), records.Select(record => record.Key));
        Assert.Equal(7 + records.Length, snapshot.Commit.Packs);
        Assert.Equal(Enumerable.Range(0, 10_000), records.SelectMany(record => ChangePack.Read(record.Value)).Select(change => BitConverter.ToInt32(change.Key.AsSpan(1))));
    }

    /// <summary>Compaction forgets the deletions of records in time, but a pack may still have the key from when its value was small.</summary>
    [Fact]
    public void ToRecords_RemovedValueLayInParts_IsRemovedFromPacksToo()
    {
        byte[] key = [16, 1];
        var known = new PartedEntries();
        known.Set(key, 2);
        var snapshot = new CheckpointSnapshot(nextOffset: 5, checkpoint: 1, whole: false, packed: true);
        snapshot.Add(key[0], key.AsSpan(1), default, removed: true);

        ChangelogRecord[] records = [.. snapshot.ToRecords(900_000, known)];

        Assert.Equal([ChangelogKeys.Part(key, 0), ChangelogKeys.Part(key, 1), key, new PackNumbers(0, 0).Key], records.Select(record => record.Key));
        var removed = Assert.Single(ChangePack.Read(records[^1].Value));
        Assert.Equal(key, removed.Key);
        Assert.Null(removed.Value);
    }

    /// <summary>Compaction may leave packs from before the last full copy without those that followed them.</summary>
    [Fact]
    public void Replay_RecordsBeforeTheLastCopyAreThere_TheyDoNotCount()
    {
        var stores = new TaskStores(InMemoryStores.Instance);
        var replay = new ChangelogReplay("lines/1", stores);
        Read(replay, 3, new PackNumbers(1, 0).Key, Pack("removed later"));
        Read(replay, 20, new PackNumbers(2, 0).Key, Pack("kept"));
        Read(replay, 21, ChangelogKeys.Commit, new CommitRecord { Version = ChangelogKeys.Version, NextOffset = 9, RestoreFrom = 15, Entries = 1, Owner = -1 }.ToByteArray());
        replay.Apply();

        Assert.Equal("kept", Assert.Single(stores.IncomingEdges.Entries).Key);
    }

    /// <summary>What a member kept is older than a full copy that another one wrote.</summary>
    [Fact]
    public void Replay_CopyFollowsTheKeptState_OnlyTheCopyCounts()
    {
        var stores = new TaskStores(InMemoryStores.Instance);
        stores.IncomingEdges.Put("removed by the other", 1);
        var replay = new ChangelogReplay("lines/1", stores, new CommitRecord { Version = ChangelogKeys.Version, NextOffset = 5, RestoreFrom = 2 });
        Read(replay, 20, new PackNumbers(2, 0).Key, Pack("kept"));
        Read(replay, 21, ChangelogKeys.Commit, new CommitRecord { Version = ChangelogKeys.Version, NextOffset = 9, RestoreFrom = 15, Entries = 1, Owner = -1 }.ToByteArray());
        replay.Apply();

        Assert.Equal("kept", Assert.Single(stores.IncomingEdges.Entries).Key);
    }

    /// <summary>A transaction whose outcome was unknown is repeated: its second attempt may lie behind the offset from which a later copy is read.</summary>
    [Theory]
    [InlineData(1, "kept")]
    [InlineData(2, "kept and removed later")]
    public void Replay_PackOfAnEarlierCheckpointLiesBehindTheOffsetOfTheCopy_DoesNotCount(long checkpoint, string expected)
    {
        var stores = new TaskStores(InMemoryStores.Instance);
        var replay = new ChangelogReplay("lines/1", stores);
        Read(replay, 16, new PackNumbers(1, 0).Key, Pack("removed later"), checkpoint);
        Read(replay, 20, new PackNumbers(2, 0).Key, Pack("kept"), checkpoint: 2);
        // Its own commit, and that of the copy, are compacted away.
        Read(replay, 30, ChangelogKeys.Commit, new CommitRecord { Version = ChangelogKeys.Version, NextOffset = 9, RestoreFrom = 15, CopiedAt = 2, Checkpoint = 3, Owner = -1 }.ToByteArray());
        replay.Apply();

        Assert.Equal(expected, string.Join(" and ", stores.IncomingEdges.Entries.Select(edge => edge.Key).Order()));
    }

    private static byte[] Pack(string edge)
    {
        var pack = new ArrayBufferWriter<byte>();
        ChangePack.Write(pack, [TaskStores.IncomingEdgesId, .. System.Text.Encoding.UTF8.GetBytes(edge)], BitConverter.GetBytes(1L), removed: false);
        return pack.WrittenSpan.ToArray();
    }

    private static void Read(ChangelogReplay replay, long offset, byte[] key, byte[] value, long checkpoint = 0)
    {
        var headers = new Headers();
        new ChangelogRecord(key, value, Parts: 0) { Checkpoint = checkpoint }.AddHeader(headers);
        replay.Read(new ConsumeResult<byte[]?, byte[]?> { Offset = offset, Message = new Message<byte[]?, byte[]?> { Key = key, Value = value, Headers = headers } });
    }
}
