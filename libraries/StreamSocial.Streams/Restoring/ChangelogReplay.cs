using Confluent.Kafka;
using StreamSocial.Streams.Checkpoints;
using StreamSocial.Streams.Contracts;
using StreamSocial.Streams.State;
using StreamSocial.Topics;

namespace StreamSocial.Streams.Restoring;

/// <summary>Rebuilds a task's stores from its changelog: applies changes when their commit follows, and ignores those of a superseded owner.</summary>
/// <param name="task">Name in errors.</param>
/// <param name="stores">The stores to rebuild.</param>
/// <param name="commit">The commit that the stores already hold, when only what follows it is read; otherwise null.</param>
internal sealed class ChangelogReplay(string task, TaskStores stores, CommitRecord? commit = null)
{
    private readonly List<(byte[] Key, byte[]? Value)> _uncommitted = [];

    /// <summary>The newest value of each key. Only these go to the stores: applying every version would cost several times as much.</summary>
    private readonly Dictionary<byte[], byte[]?> _committed = new(BytesComparer.Instance);
    private long _fencingOffset = commit?.Owner ?? -1;

    /// <summary>The last valid commit; null when there is none.</summary>
    public CommitRecord? Commit { get; private set; } = commit;

    /// <summary>Bytes of keys and values read.</summary>
    public long Bytes { get; private set; }

    public long Records { get; private set; }

    /// <summary>Takes the next record of the changelog.</summary>
    /// <exception cref="InvalidDataException">The record was written by a newer version or is damaged.</exception>
    public void Read(ConsumeResult<byte[]?, byte[]?> record)
    {
        var key = record.Message.Key ?? throw Damaged(record.Offset.Value, "it has no key");
        var value = record.Message.Value;
        Bytes += key.Length + (value?.Length ?? 0);
        Records++;
        if (key.AsSpan().SequenceEqual(ChangelogKeys.Fence))
            TakeFence(record.Offset.Value);
        else if (!IsSuperseded(record.Message.Headers))
            Take(key, value, record.Offset.Value);
    }

    /// <summary>Brings the stores to the last commit.</summary>
    /// <returns>Whether their checksum and number of entries are those of the commit.</returns>
    public bool Apply()
    {
        foreach (var (key, value) in _committed)
            stores.Apply(key, value);
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
        _uncommitted.Clear();
        if (!Apply() && Commit is not null && (IsVerifiable(Commit) || stores.Count != Commit.Entries))
        {
            throw new StateChecksumException(
                $"Task {task}: the state restored from its changelog has checksum {stores.Checksum:x16} over {stores.Count} entries, "
                + $"but checkpoint {Commit.Checkpoint} was written with {Commit.Checksum:x16} over {Commit.Entries}. The task does not start with a wrong state.");
        }
    }

    private static bool IsVerifiable(CommitRecord commit) => commit.Version >= ChangelogKeys.FirstVerifiableVersion;

    private void Take(byte[] key, byte[]? value, long offset)
    {
        if (!key.AsSpan().SequenceEqual(ChangelogKeys.Commit))
        {
            _uncommitted.Add((key, value));
            return;
        }
        var commit = CommitRecord.Parser.ParseFrom(value ?? throw Damaged(offset, "a commit has no value"));
        if (commit.Version > ChangelogKeys.Version)
            throw Damaged(offset, $"its version is {commit.Version} and this program knows {ChangelogKeys.Version}");
        if (commit.Whole)
        {
            stores.Clear();
            _committed.Clear();
        }
        foreach (var (changedKey, changedValue) in _uncommitted)
            _committed[changedKey] = changedValue;
        _uncommitted.Clear();
        Commit = commit;
    }

    private void TakeFence(long offset)
    {
        _fencingOffset = offset;
        _uncommitted.Clear();
    }

    private bool IsSuperseded(Headers? headers)
    {
        if (headers is null || !headers.TryGetLastBytes(ChangelogKeys.OwnerHeader, out var bytes) || !RecordHeaders.TryDecodeSequence(bytes, out var owner))
            return false;
        // The log may have dropped a fencing record but not the records after it: they stand for it.
        if (owner > _fencingOffset)
            TakeFence(owner);
        return owner < _fencingOffset;
    }

    private InvalidDataException Damaged(long offset, string why) => new($"Task {task}: changelog record at offset {offset} cannot be used: {why}.");

    private sealed class BytesComparer : IEqualityComparer<byte[]>
    {
        public static BytesComparer Instance { get; } = new();

        public bool Equals(byte[]? x, byte[]? y) => x.AsSpan().SequenceEqual(y);

        public int GetHashCode(byte[] bytes)
        {
            var hash = default(HashCode);
            hash.AddBytes(bytes);
            return hash.ToHashCode();
        }
    }
}

/// <summary>A restored state differs from the checkpoint that it was restored from; the task does not start with it.</summary>
public sealed class StateChecksumException(string message) : Exception(message);
