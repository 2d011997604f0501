using System.Buffers.Binary;
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
