namespace StreamSocial.Streams.State;

/// <summary>
/// The entries of a task whose values are too large for one changelog record, with the number of records that hold the parts of each. They are
/// few, and known so that parts which a later value does not need are deleted.
/// </summary>
internal sealed class PartedEntries
{
    private readonly Dictionary<byte[], int> _parts = new(BytesComparer.Instance);

    /// <summary>The entries and the number of parts of each.</summary>
    public IEnumerable<KeyValuePair<byte[], int>> All => _parts;

    public bool IsEmpty => _parts.Count == 0;

    /// <summary>Number of parts of an entry as of the last durable checkpoint; 0 when its value is in one record, or there is none.</summary>
    public int CountOf(byte[] key) => _parts.GetValueOrDefault(key);

    public void Set(byte[] key, int parts)
    {
        if (parts > 0)
            _parts[key] = parts;
        else
            _parts.Remove(key);
    }

    public void Clear() => _parts.Clear();
}

/// <summary>Compares byte arrays by their content.</summary>
internal sealed class BytesComparer : IEqualityComparer<byte[]>
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
