using Confluent.Kafka;
using Google.Protobuf;
using StreamSocial.Kafka.Records;
using StreamSocial.Streams.Checkpoints;
using StreamSocial.Streams.Contracts;
using StreamSocial.Streams.State;
using StreamSocial.Topics;

namespace StreamSocial.Streams.Restoring;

/// <summary>Rebuilds a task's stores from its changelog: applies changes when their commit follows, and ignores those of a superseded owner.</summary>
/// <param name="task">Name in errors.</param>
/// <param name="stores">The stores to rebuild.</param>
/// <param name="commit">The commit that the stores already hold, when only what follows it is read; otherwise null.</param>
/// <param name="growth">How much the changelog had grown since the last full copy when that commit was written.</param>
internal sealed class ChangelogReplay(string task, TaskStores stores, CommitRecord? commit = null, ChangelogGrowth growth = default)
{
    private readonly List<(ChangelogRecord Change, long Offset)> _uncommitted = [];

    /// <summary>The newest value of each key. Only these go to the stores: applying every version would cost several times as much.</summary>
    private readonly Dictionary<byte[], (ChangelogRecord Change, long Offset)> _committed = new(BytesComparer.Instance);
    private (InvalidDataException Error, long Offset)? _damage;
    private long _fencingOffset = commit?.Owner ?? -1;
    private long _restoreFrom = commit?.RestoreFrom ?? 0;

    /// <summary>The last valid commit; null when there is none.</summary>
    public CommitRecord? Commit { get; private set; } = commit;

    /// <summary>Where an operator lets the task go on; null when it goes on at its last commit.</summary>
    public PositionReset? Reset { get; private set; }

    /// <summary>Keys of the state that a reset drops, as they are in the changelog.</summary>
    public IReadOnlyList<byte[]> Dropped { get; private set; } = [];

    /// <summary>Bytes of keys and values read.</summary>
    public long Bytes { get; private set; }

    public long Records { get; private set; }

    /// <summary>How much the changelog has grown since the last full copy, or since what was read begins.</summary>
    public ChangelogGrowth Growth => growth + new ChangelogGrowth(Bytes, Records);

    /// <summary>Takes the next record of the changelog. What is wrong with it counts when the state is applied, unless what follows makes it irrelevant.</summary>
    public void Read(ConsumeResult<byte[]?, byte[]?> record)
    {
        try
        {
            Take(record);
        }
        catch (InvalidDataException e)
        {
            _damage ??= (e, record.Offset.Value);
        }
    }

    private void Take(ConsumeResult<byte[]?, byte[]?> record)
    {
        var key = record.Message.Key ?? throw Damaged(record.Offset.Value, "it has no key");
        var value = record.Message.Value;
        Bytes += key.Length + (value?.Length ?? 0);
        Records++;
        if (key.AsSpan().SequenceEqual(ChangelogKeys.Fence))
            TakeFence(record.Offset.Value);
        else if (key.AsSpan().SequenceEqual(ChangelogKeys.Reset))
            TakeReset(value, record.Offset.Value);
        else if (IsSuperseded(record.Message.Headers))
            return;
        else if (ChangelogKeys.IsPack(key))
            TakePack(value, ChangelogRecord.CheckpointOf(record.Message.Headers), record.Offset.Value);
        else
            Take(new ChangelogRecord(key, value, ChangelogRecord.PartsOf(record.Message.Headers)), record.Offset.Value);
    }

    /// <summary>Brings the stores to the last commit.</summary>
    /// <returns>Whether their checksum and number of entries are those of the commit.</returns>
    /// <exception cref="InvalidDataException">
    /// A record was written by a newer version or is damaged, a value lacks a part, or its bytes are not those of its store's codec.
    /// </exception>
    public bool Apply()
    {
        if (_damage is var (error, _))
            throw error;
        if (Reset is { DropState: true })
        {
            Dropped = [.. _committed.Keys.Concat(_uncommitted.Select(uncommitted => uncommitted.Change.Key)).Distinct(BytesComparer.Instance)];
            _committed.Clear();
            stores.Clear();
            return true;
        }
        foreach (var (key, (record, _)) in _committed)
        {
            if (ChangelogKeys.IsPart(key))
                continue;
            stores.Apply(key, record.Parts > 0 ? Join(record) : record.Value);
            stores.Parted.Set(key, record.Parts);
        }
        _committed.Clear();
        return Commit is null ? stores.Count == 0 : IsVerifiable(Commit) && stores.Checksum == Commit.Checksum && stores.Count == Commit.Entries;
    }

    /// <summary>Brings the stores to the last commit and verifies them against it.</summary>
    /// <remarks>
    /// The checksum of an older format version cannot be computed: for such a commit only the number of entries is compared.
    /// The task's next checkpoint has a checksum of this version.
    /// </remarks>
    /// <exception cref="StateChecksumException">They differ from it.</exception>
    public void ApplyAndVerify()
    {
        var isRight = Apply();
        _uncommitted.Clear();
        if (!isRight && Commit is not null && (IsVerifiable(Commit) || stores.Count != Commit.Entries))
        {
            throw new StateChecksumException(
                $"Task {task}: the state restored from its changelog has checksum {stores.Checksum:x16} over {stores.Count} entries, "
                + $"but checkpoint {Commit.Checkpoint} was written with {Commit.Checksum:x16} over {Commit.Entries}. The task does not start with a wrong state.");
        }
    }

    private static bool IsVerifiable(CommitRecord commit) => commit.Version >= ChangelogKeys.FirstVerifiableVersion;

    /// <summary>A checkpoint writes all parts of a value before its record, so the newest of each belong together.</summary>
    private byte[] Join(ChangelogRecord record)
    {
        var parts = new List<byte[]>();
        for (var index = 0; index < record.Parts; index++)
        {
            if (!_committed.TryGetValue(ChangelogKeys.Part(record.Key, index), out var part) || part.Change.Value is null)
                throw new InvalidDataException($"Task {task}: a value in its changelog lacks part {index} of {record.Parts}.");
            parts.Add(part.Change.Value);
        }
        return [.. parts.SelectMany(part => part)];
    }

    private void Take(in ChangelogRecord record, long offset)
    {
        if (!record.Key.AsSpan().SequenceEqual(ChangelogKeys.Commit))
        {
            _uncommitted.Add((record, offset));
            return;
        }
        var commit = ParseCommit(record.Value ?? throw Damaged(offset, "a commit has no value"), offset);
        if (commit.Version > ChangelogKeys.Version)
            throw Damaged(offset, $"its version is {commit.Version} and this program knows {ChangelogKeys.Version}");
        if (commit.Whole)
        {
            _damage = null;
            stores.Clear();
            _committed.Clear();
        }
        if (commit.RestoreFrom > _restoreFrom)
            ForgetBefore(_restoreFrom = commit.RestoreFrom);
        foreach (var (change, at) in _uncommitted)
        {
            // The copy may have been written behind packs of a checkpoint before it, whose commit compaction has removed.
            if (at >= _restoreFrom && (change.Checkpoint == 0 || change.Checkpoint >= commit.CopiedAt))
                _committed[change.Key] = (change, at);
        }
        _uncommitted.Clear();
        Commit = commit;
        Reset = null;
    }

    /// <summary>
    /// The records from an offset on are the whole state. Of what was before, compaction may have left some packs without those that followed them.
    /// </summary>
    private void ForgetBefore(long offset)
    {
        stores.Clear();
        if (_damage?.Offset < offset)
            _damage = null;
        foreach (var key in _committed.Where(committed => committed.Value.Offset < offset).Select(committed => committed.Key).ToArray())
            _committed.Remove(key);
    }

    private void TakeReset(byte[]? value, long offset)
    {
        try
        {
            var reset = PositionReset.Parser.ParseFrom(value ?? throw Damaged(offset, "a reset has no value"));
            if (reset.DropState)
                _damage = null;
            Reset = reset is { Version: <= ChangelogKeys.Version, NextOffset: >= 0 } ? reset : throw Damaged(offset, "a reset is of a newer version or has no position");
        }
        catch (InvalidProtocolBufferException e)
        {
            throw Damaged(offset, $"a reset is damaged ({e.Message})");
        }
    }

    private void TakePack(byte[]? value, long checkpoint, long offset)
    {
        foreach (var (key, change) in ChangePack.Read(value))
            _uncommitted.Add((new ChangelogRecord(key, change, Parts: 0) { Checkpoint = checkpoint }, offset));
    }

    private void TakeFence(long offset)
    {
        _fencingOffset = offset;
        _uncommitted.Clear();
    }

    private bool IsSuperseded(Headers? headers)
    {
        if (!headers.TryGet(ChangelogKeys.OwnerHeader, out var bytes) || !RecordHeaders.TryDecodeSequence(bytes, out var owner))
            return false;
        // The log may have dropped a fencing record but not the records after it: they stand for it.
        if (owner > _fencingOffset)
            TakeFence(owner);
        return owner < _fencingOffset;
    }

    private CommitRecord ParseCommit(byte[] value, long offset)
    {
        try
        {
            return CommitRecord.Parser.ParseFrom(value);
        }
        catch (InvalidProtocolBufferException e)
        {
            throw Damaged(offset, $"a commit is damaged ({e.Message})");
        }
    }

    private InvalidDataException Damaged(long offset, string why) => new($"Task {task}: changelog record at offset {offset} cannot be used: {why}.");
}

/// <summary>A restored state differs from the checkpoint that it was restored from; the task does not start with it.</summary>
public sealed class StateChecksumException(string message) : Exception(message);
