using System.Buffers;
using StreamSocial.Streams.Contracts;
using StreamSocial.Streams.State;
using StreamSocial.Streams.Tasks;

namespace StreamSocial.Streams.Checkpoints;

/// <summary>What one checkpoint writes: the changes of a task's state, and the commit record that closes them.</summary>
/// <param name="nextOffset">Input position that the state covers.</param>
/// <param name="checkpoint">Number of the checkpoint.</param>
/// <param name="whole">Whether it holds the whole state.</param>
/// <param name="firstPack">Number of its first pack.</param>
/// <param name="packed">Whether changes share records; otherwise each is a record, for compaction to keep the newest of each key.</param>
internal sealed class CheckpointSnapshot(long nextOffset, long checkpoint, bool whole, PackNumbers firstPack = default, bool packed = false) : IChangeSink
{
    private readonly CapturedChanges _changes = new();
    private readonly List<(byte[] Key, int Parts)> _parted = [];
    private long _commitOffset = -1;

    /// <summary>Input position that the state in the snapshot covers.</summary>
    public long NextOffset => nextOffset;

    /// <summary>Whether it holds the whole state.</summary>
    public bool Whole => whole;

    /// <summary>Bytes of keys and values.</summary>
    public long Bytes { get; private set; }

    /// <summary>Most bytes that the changes take in the changelog, besides what each record takes.</summary>
    public long LogBytes => ChangePack.MostBytesOf(_changes.Count, Bytes);

    /// <summary>Number of records that the changes were last cut into.</summary>
    public int Records { get; private set; }

    public CommitRecord Commit { get; private set; } = new();

    /// <summary>
    /// Offset of the commit record in the changelog; -1 when it is unknown, or when others may have written between this owner's records.
    /// Readable from any thread.
    /// </summary>
    public long CommitOffset => Interlocked.Read(ref _commitOffset);

    /// <summary>Whether it was written but readers may ignore it: the whole state must be written again.</summary>
    public bool IsRejected { get; private set; }

    /// <summary>Whether a transaction that contains it was committed.</summary>
    public bool IsDurable { get; private set; }

    /// <summary>When the task's state was captured, as a timestamp of the lane's clock.</summary>
    public long CapturedAt { get; private set; }

    /// <summary>Whether the writer has taken it.</summary>
    public bool IsWriting { get; private set; }

    /// <summary>Says when the capture of the state began.</summary>
    /// <param name="timestamp">Of the lane's clock.</param>
    public void CapturedFrom(long timestamp) => CapturedAt = timestamp;

    public void Add(byte store, ReadOnlySpan<byte> key, ReadOnlySpan<byte> value, bool removed)
    {
        _changes.Add(store, key, value, removed);
        Bytes += 1 + key.Length + value.Length;
    }

    /// <summary>Deletes a record of the changelog that belongs to a dropped state.</summary>
    /// <param name="key">Its key as it is there.</param>
    public void Drop(byte[] key)
    {
        _changes.AddRemoval(key);
        Bytes += key.Length;
    }

    /// <summary>Creates the commit record. The number of packs comes to it when they are written.</summary>
    /// <param name="task">The task as the snapshot has it.</param>
    /// <param name="restoreFrom">Changelog offset from which a restore must read, once the snapshot is durable.</param>
    /// <param name="copiedAt">Number of the checkpoint that is the full copy from which it reads.</param>
    /// <param name="now">Unix milliseconds.</param>
    public void Close(StreamTask task, long restoreFrom, long copiedAt, long now) => Commit = new CommitRecord
    {
        Version = ChangelogKeys.Version,
        Checkpoint = checkpoint,
        NextOffset = nextOffset,
        Checksum = task.Stores.Checksum,
        Entries = task.Stores.Count,
        Owner = task.FencingOffset,
        WrittenAt = now,
        Whole = whole,
        Lost = task.Audit.Lost,
        Misordered = task.Audit.Misordered,
        DuplicatesDropped = task.Audit.DuplicatesDropped,
        RecordsSkipped = task.Audit.RecordsSkipped,
        InputTopicId = task.InputTopicIdOfPosition,
        RestoreFrom = restoreFrom,
        Copies = firstPack.Copies,
        Packs = firstPack.Packs,
        CopiedAt = copiedAt,
        ResetId = task.ResetId,
        EdgesBegunAt = task.EdgesBegunAt,
    };

    /// <summary>
    /// Cuts the changes into records. Called when they are written, and again for each try: a record that was refused is tried with a smaller
    /// limit.
    /// </summary>
    /// <param name="maxDataBytes">Most bytes of a record's key and value.</param>
    /// <param name="known">The entries that lie in parts as of the checkpoint before.</param>
    public IEnumerable<ChangelogRecord> ToRecords(int maxDataBytes, PartedEntries known)
    {
        _parted.Clear();
        Records = 0;
        var next = firstPack;
        var pack = new ArrayBufferWriter<byte>();
        var fullBytes = Math.Min(ChangePack.FullBytes, maxDataBytes - next.Key.Length);
        for (var change = 0; change < _changes.Count; change++)
        {
            var partsBefore = known.IsEmpty ? 0 : known.CountOf(_changes.KeyOf(change).ToArray());
            if (packed && partsBefore == 0 && ChangePack.SizeOf(_changes.KeyOf(change), _changes.ValueOf(change)) is var size && size <= fullBytes)
            {
                if (pack.WrittenCount + size > fullBytes)
                    yield return TakePack(pack, ref next);
                ChangePack.Write(pack, _changes.KeyOf(change), _changes.ValueOf(change), _changes.IsRemoval(change));
                continue;
            }
            // A key may come twice: dropped, and with a new value.
            if (pack.WrittenCount > 0)
                yield return TakePack(pack, ref next);
            var key = _changes.KeyOf(change).ToArray();
            var value = _changes.IsRemoval(change) ? null : _changes.ValueOf(change).ToArray();
            foreach (var record in ChangelogRecord.Of(key, value, maxDataBytes, partsBefore))
            {
                Records++;
                if (record.Key == key && (record.Parts > 0 || partsBefore > 0))
                    _parted.Add((key, record.Parts));
                yield return record;
            }
            // A pack may have the key too.
            if (packed && value is null)
                ChangePack.Write(pack, key, [], removed: true);
        }
        if (pack.WrittenCount > 0)
            yield return TakePack(pack, ref next);
        Commit.Packs = next.Packs;
    }

    private ChangelogRecord TakePack(ArrayBufferWriter<byte> pack, ref PackNumbers next)
    {
        Records++;
        var record = new ChangelogRecord(next.Key, pack.WrittenSpan.ToArray(), Parts: 0) { Checkpoint = checkpoint };
        pack.ResetWrittenCount();
        next = next with { Packs = next.Packs + 1 };
        return record;
    }

    /// <summary>The snapshot is durable: what it wrote in parts is known from now on.</summary>
    public void Remember(PartedEntries known)
    {
        foreach (var (key, parts) in _parted)
            known.Set(key, parts);
    }

    /// <summary>The writer takes it.</summary>
    public void BeginWriting() => IsWriting = true;

    /// <summary>It is written under a newer fencing record than the one at the time of the capture.</summary>
    public void FenceWith(long fencingOffset) => Commit.Owner = fencingOffset;

    /// <summary>The commit record was delivered. Called before the snapshot is durable, from any thread.</summary>
    /// <param name="offset">Its offset; -1 when that is unknown, or when others may have written between this owner's records.</param>
    public void OnCommitDelivered(long offset) => Interlocked.Exchange(ref _commitOffset, offset);

    /// <summary>Readers may ignore what was written.</summary>
    public void Reject() => IsRejected = true;

    /// <summary>A transaction that contains it was committed.</summary>
    public void OnCommitted() => IsDurable = true;
}

/// <summary>Makes checkpoints durable.</summary>
internal interface ICheckpointWriter : IDisposable
{
    /// <summary>Begins to write a task's snapshot, whose outputs are acknowledged. Returns at once.</summary>
    void Write(StreamTask task, CheckpointSnapshot snapshot);

    /// <summary>Somebody waits for a snapshot that was given to <see cref="Write"/>: no more are gathered.</summary>
    void Hurry()
    {
    }

    /// <summary>Whether a snapshot given to <see cref="Write"/> is durable. Rejects one that never will be (<see cref="CheckpointSnapshot.IsRejected"/>).</summary>
    bool IsDurable(CheckpointSnapshot snapshot);

    /// <summary>
    /// Whether a task may be released although its snapshot is not durable: true when no part of it can become durable any more, or when a
    /// new owner would not accept it. False: wait a little.
    /// </summary>
    bool TryAbandon(CheckpointSnapshot snapshot);
}
