namespace StreamSocial.Streams.Checkpoints;

/// <summary>Changes of a state, copied into a few arrays instead of two objects each: all of them live until the checkpoint is durable.</summary>
internal sealed class CapturedChanges
{
    /// <summary>Below what .NET takes for a large object, whose collection is the most expensive one. A larger change has an array of its own.</summary>
    private const int SegmentBytes = 64 * 1024;

    private const int Removed = -1;

    private readonly List<byte[]> _segments = [];
    private readonly List<Place> _places = [];
    private int _used = SegmentBytes;

    public int Count => _places.Count;

    /// <summary>Adds a change.</summary>
    /// <param name="store">First byte of the key.</param>
    /// <param name="key">What follows it.</param>
    /// <param name="value">The value.</param>
    /// <param name="removed">Whether the entry was removed; it has no value then.</param>
    public void Add(byte store, ReadOnlySpan<byte> key, ReadOnlySpan<byte> value, bool removed)
    {
        var bytes = Take(1 + key.Length, removed ? Removed : value.Length);
        bytes[0] = store;
        key.CopyTo(bytes[1..]);
        if (!removed)
            value.CopyTo(bytes[(1 + key.Length)..]);
    }

    /// <summary>Adds the removal of an entry.</summary>
    /// <param name="key">Its whole key.</param>
    public void AddRemoval(ReadOnlySpan<byte> key) => key.CopyTo(Take(key.Length, Removed));

    public bool IsRemoval(int change) => _places[change].ValueLength == Removed;

    public ReadOnlySpan<byte> KeyOf(int change)
    {
        var place = _places[change];
        return _segments[place.Segment].AsSpan(place.Start, place.KeyLength);
    }

    /// <summary>The value; empty for a removal.</summary>
    public ReadOnlySpan<byte> ValueOf(int change)
    {
        var place = _places[change];
        return _segments[place.Segment].AsSpan(place.Start + place.KeyLength, Math.Max(0, place.ValueLength));
    }

    private Span<byte> Take(int keyLength, int valueLength)
    {
        var bytes = keyLength + Math.Max(0, valueLength);
        if (_used + bytes > SegmentBytes)
        {
            _segments.Add(GC.AllocateUninitializedArray<byte>(Math.Max(SegmentBytes, bytes)));
            _used = 0;
        }

        _places.Add(new(_segments.Count - 1, _used, keyLength, valueLength));
        var taken = _segments[^1].AsSpan(_used, bytes);
        _used += bytes;
        return taken;
    }

    private readonly record struct Place(int Segment, int Start, int KeyLength, int ValueLength);
}
