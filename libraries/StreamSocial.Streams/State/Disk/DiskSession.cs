using System.Buffers;
using System.Buffers.Binary;
using System.Collections.Concurrent;
using FASTER.core;

namespace StreamSocial.Streams.State.Disk;

/// <summary>One caller's access to the log, with its buffers; used by one thread at a time.</summary>
internal sealed class DiskSession(FasterKV<SpanByte, SpanByte> log) : IDisposable
{
    private readonly ClientSession<SpanByte, SpanByte, SpanByte, SpanByteAndMemory, Empty, DiskFunctions> _session =
        log.For(new DiskFunctions()).NewSession<DiskFunctions>();

    private readonly PinnedBuffer _key = new();
    private readonly PinnedBuffer _value = new();

    /// <summary>Names the record that the next call is about.</summary>
    public void Select(long region, DiskRecordKind kind, ReadOnlySpan<byte> key)
    {
        _key.Clear();
        BinaryPrimitives.WriteInt64BigEndian(_key.GetSpan(sizeof(long)), region);
        _key.Advance(sizeof(long));
        _key.Write([(byte)kind]);
        _key.Write(key);
    }

    public bool TryRead(out DiskValue value)
    {
        var key = SpanByte.FromFixedSpan(_key.Written);
        var output = new SpanByteAndMemory();
        var status = _session.Read(ref key, ref output);
        if (status.IsPending)
        {
            _session.CompletePendingWithOutputs(out var completed, wait: true);
            using (completed)
            {
                completed.Next();
                (status, output) = (completed.Current.Status, completed.Current.Output);
            }
        }
        if (!status.Found && !status.NotFound)
            throw new IOException($"The state on disk cannot be read ({status}). The member restores its state from the changelog when it starts again.");
        value = status.Found ? new DiskValue(output.Memory, output.Length) : default;
        return status.Found;
    }

    /// <summary>Writes <paramref name="header"/> and <paramref name="body"/> as one value.</summary>
    public void Write(ReadOnlySpan<byte> header, ReadOnlySpan<byte> body)
    {
        _value.Clear();
        _value.Write(header);
        _value.Write(body);
        var key = SpanByte.FromFixedSpan(_key.Written);
        var value = SpanByte.FromFixedSpan(_value.Written);
        if (_session.Upsert(ref key, ref value).IsPending)
            _session.CompletePending(wait: true);
    }

    public void Delete()
    {
        var key = SpanByte.FromFixedSpan(_key.Written);
        if (_session.Delete(ref key).IsPending)
            _session.CompletePending(wait: true);
    }

    /// <summary>Copies what is alive before an address to the log's end, after which the log begins there.</summary>
    public void Compact(long untilAddress, LiveRecords live) => _session.Compact(untilAddress, CompactionType.Lookup, live);

    public void Dispose() => _session.Dispose();
}

/// <summary>What a record of the disk log holds; part of its key.</summary>
internal enum DiskRecordKind : byte
{
    /// <summary>An entry of a store.</summary>
    Entry,

    /// <summary>A page of the list of keys.</summary>
    KeyPage,
}

/// <summary>Bytes read from the disk log; dispose them to give the memory back.</summary>
internal readonly struct DiskValue(IMemoryOwner<byte> memory, int length) : IDisposable
{
    public ReadOnlySpan<byte> Span => memory.Memory.Span[..length];

    public void Dispose() => memory.Dispose();
}

/// <summary>Plain bytes in, plain bytes out.</summary>
internal sealed class DiskFunctions : SpanByteFunctions<Empty>;

/// <summary>Tells a compaction which records are of regions that were given up.</summary>
internal readonly struct LiveRecords(ConcurrentDictionary<long, DiskRegion> regions) : ICompactionFunctions<SpanByte, SpanByte>
{
    public bool IsDeleted(ref SpanByte key, ref SpanByte value) => !regions.ContainsKey(BinaryPrimitives.ReadInt64BigEndian(key.AsReadOnlySpan()));
}

/// <summary>A growing buffer that the garbage collector does not move, so that the disk log can read from it by address.</summary>
internal sealed class PinnedBuffer : IBufferWriter<byte>
{
    private byte[] _bytes = GC.AllocateUninitializedArray<byte>(512, pinned: true);

    public int Length { get; private set; }

    public Span<byte> Written => _bytes.AsSpan(0, Length);

    public void Clear() => Length = 0;

    public void Write(ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(GetSpan(bytes.Length));
        Length += bytes.Length;
    }

    public void Advance(int count) => Length += count;

    public Memory<byte> GetMemory(int sizeHint = 0)
    {
        Reserve(sizeHint);
        return _bytes.AsMemory(Length);
    }

    public Span<byte> GetSpan(int sizeHint = 0)
    {
        Reserve(sizeHint);
        return _bytes.AsSpan(Length);
    }

    private void Reserve(int sizeHint)
    {
        var needed = Length + Math.Max(sizeHint, 1);
        if (needed <= _bytes.Length)
            return;
        var larger = GC.AllocateUninitializedArray<byte>(Math.Max(needed, _bytes.Length * 2), pinned: true);
        Written.CopyTo(larger);
        _bytes = larger;
    }
}
