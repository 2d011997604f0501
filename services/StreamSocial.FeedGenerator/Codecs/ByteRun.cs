namespace StreamSocial.FeedGenerator.Codecs;

/// <summary>Stored bytes that are changed in place, in an array that is used again for the next ones.</summary>
internal struct ByteRun()
{
    /// <summary>Room for further elements behind one that is added.</summary>
    private const int SpareBytes = 160;

    private byte[] _bytes = [];

    public int Length { get; private set; }

    public readonly ReadOnlySpan<byte> Span => _bytes.AsSpan(0, Length);

    /// <summary>Takes over bytes in place of its own.</summary>
    public void Load(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length > _bytes.Length)
            _bytes = GC.AllocateUninitializedArray<byte>(bytes.Length);
        bytes.CopyTo(_bytes);
        Length = bytes.Length;
    }

    /// <summary>Makes room between the bytes, and returns it to be written.</summary>
    public Span<byte> Insert(int at, int count)
    {
        if (Length + count > _bytes.Length)
            Array.Resize(ref _bytes, Length + Math.Max(count, Length / 4) + SpareBytes);
        _bytes.AsSpan(at, Length - at).CopyTo(_bytes.AsSpan(at + count));
        Length += count;
        return _bytes.AsSpan(at, count);
    }

    public void Remove(int at, int count)
    {
        _bytes.AsSpan((at + count)..Length).CopyTo(_bytes.AsSpan(at));
        Length -= count;
    }
}
