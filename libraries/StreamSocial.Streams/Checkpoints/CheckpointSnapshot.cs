using StreamSocial.Streams.Contracts;
using StreamSocial.Streams.State;
using StreamSocial.Streams.Tasks;

namespace StreamSocial.Streams.Checkpoints;

/// <summary>What one checkpoint will write: the changes, and the commit record that closes them.</summary>
internal sealed class CheckpointSnapshot(long nextOffset, long checkpoint, bool whole) : IChangeSink
{
    private readonly List<(byte[] Key, byte[]? Value)> _changes = [];
    private long _commitOffset = -1;

    /// <summary>Input position that the captured state covers.</summary>
    public long NextOffset => nextOffset;

    /// <summary>Whether it holds the whole state.</summary>
    public bool Whole => whole;

    public IReadOnlyList<(byte[] Key, byte[]? Value)> Changes => _changes;

    /// <summary>Bytes of keys and values.</summary>
    public long Bytes { get; private set; }

    public CommitRecord Commit { get; private set; } = new();

    /// <summary>
    /// Offset of the commit record in the changelog; -1 when it is not known, or when others may have written between this owner's records.
    /// Set by the writer before the capture is durable, from any thread.
    /// </summary>
    public long CommitOffset
    {
        get => Interlocked.Read(ref _commitOffset);
        set => Interlocked.Exchange(ref _commitOffset, value);
    }

    /// <summary>Whether it was written and readers may not take it for valid: the whole state must be written anew.</summary>
    public bool IsRefused { get; set; }

    /// <summary>Whether a transaction with it was committed.</summary>
    public bool IsDurable { get; set; }

    /// <summary>Whether the writer has taken it.</summary>
    public bool IsWriting { get; set; }

    public void Add(byte store, ReadOnlySpan<byte> key, ReadOnlySpan<byte> value, bool removed)
    {
        var keyBytes = new byte[key.Length + 1];
        keyBytes[0] = store;
        key.CopyTo(keyBytes.AsSpan(1));
        _changes.Add((keyBytes, removed ? null : value.ToArray()));
        Bytes += keyBytes.Length + value.Length;
    }

    /// <summary>Makes the commit record.</summary>
    public void Close(ulong checksum, long entries, long claim, long now) => Commit = new CommitRecord
    {
        Version = ChangelogKeys.Version,
        Checkpoint = checkpoint,
        NextOffset = nextOffset,
        Checksum = checksum,
        Entries = entries,
        Owner = claim,
        WrittenAt = now,
        Whole = whole,
    };
}

/// <summary>Makes captured checkpoints durable.</summary>
internal interface ICheckpointWriter : IDisposable
{
    /// <summary>Begins to write a task's capture, whose outputs are acknowledged. Returns at once.</summary>
    void Write(StreamTask task, CheckpointSnapshot capture);

    /// <summary>Whether a capture given to <see cref="Write"/> is durable. Sets <see cref="CheckpointSnapshot.IsRefused"/> when it never will be.</summary>
    bool IsDurable(CheckpointSnapshot capture);

    /// <summary>
    /// Whether a task may be let go although its capture is not durable: true when nothing of it can become durable any more, or when a
    /// new owner would not take it for valid. False: wait a little.
    /// </summary>
    bool TryAbandon(CheckpointSnapshot capture);
}
