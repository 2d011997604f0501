using System.Buffers;
using System.Buffers.Binary;

namespace StreamSocial.Streams.State.Disk;

/// <summary>
/// The list of a store's keys, in pages on disk: what lets the store be walked through although the log knows no order. The page that
/// is being filled is in memory. A key knows its page, so that it can be taken out again.
/// </summary>
internal sealed class KeyPages(DiskRegion region)
{
    private const int FullPageBytes = 1024;

    private readonly Dictionary<int, int> _stored = [];
    private ArrayBufferWriter<byte> _open = new();
    private int _openNumber;

    /// <summary>Adds a key.</summary>
    /// <returns>Its page.</returns>
    public int Add(ReadOnlySpan<byte> key)
    {
        var page = _openNumber;
        Append(_open, key);
        if (_open.WrittenCount < FullPageBytes)
            return page;
        Store(page, _open.WrittenSpan);
        _open.ResetWrittenCount();
        _openNumber++;
        return page;
    }

    /// <summary>Takes a key out of its page.</summary>
    public void Remove(int page, ReadOnlySpan<byte> key)
    {
        var rest = new ArrayBufferWriter<byte>(FullPageBytes);
        foreach (var other in Read(page))
        {
            if (!key.SequenceEqual(other))
                Append(rest, other);
        }
        if (page == _openNumber)
            _open = rest;
        else
            Store(page, rest.WrittenSpan);
    }

    /// <summary>All keys as of now.</summary>
    public IEnumerable<byte[]> ReadAll()
    {
        foreach (var page in _stored.Keys.Append(_openNumber).ToArray())
        {
            foreach (var key in Read(page))
                yield return key;
        }
    }

    public void Clear()
    {
        _stored.Clear();
        _open = new ArrayBufferWriter<byte>();
        _openNumber = 0;
    }

    private static void Append(ArrayBufferWriter<byte> page, ReadOnlySpan<byte> key)
    {
        BinaryPrimitives.WriteInt32BigEndian(page.GetSpan(sizeof(int)), key.Length);
        page.Advance(sizeof(int));
        page.Write(key);
    }

    private List<byte[]> Read(int page)
    {
        if (page == _openNumber)
            return Split(_open.WrittenSpan);
        if (!region.TryRead(DiskRecordKind.KeyPage, BitConverter.GetBytes(page), out var value))
            throw new IOException($"The state on disk lacks page {page} of its keys. The member restores its state from the changelog when it starts again.");
        using (value)
            return Split(value.Span);
    }

    private static List<byte[]> Split(ReadOnlySpan<byte> page)
    {
        var keys = new List<byte[]>();
        while (!page.IsEmpty)
        {
            var length = BinaryPrimitives.ReadInt32BigEndian(page);
            keys.Add(page.Slice(sizeof(int), length).ToArray());
            page = page[(sizeof(int) + length)..];
        }
        return keys;
    }

    private void Store(int page, ReadOnlySpan<byte> bytes)
    {
        var key = BitConverter.GetBytes(page);
        if (bytes.IsEmpty)
        {
            if (_stored.Remove(page, out var removed))
                region.Delete(DiskRecordKind.KeyPage, key, removed);
            return;
        }
        region.Write(DiskRecordKind.KeyPage, key, bytes, default, _stored.GetValueOrDefault(page, -1));
        _stored[page] = bytes.Length;
    }
}
