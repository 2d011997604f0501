namespace StreamSocial.Streams.State;

/// <summary>A store of one task as the checkpoint and the restore see it: bytes and changes.</summary>
internal interface ITaskStore
{
    /// <summary>First byte of its keys in the changelog.</summary>
    byte Id { get; }

    string Name { get; }

    long Count { get; }

    /// <summary>Sum of the hashes of the entries as of the last <see cref="Capture"/> or <see cref="Apply"/>.</summary>
    ulong Checksum { get; }

    /// <summary>Bytes of keys and values as of the last <see cref="Capture"/> or <see cref="Apply"/>.</summary>
    long Bytes { get; }

    /// <summary>Hands out the entries that changed since the last capture (or all), after which they count as unchanged.</summary>
    void Capture(bool whole, IChangeSink sink);

    /// <summary>Applies a change read from the changelog; an absent value removes.</summary>
    /// <exception cref="InvalidDataException">The bytes are not of this store's codecs.</exception>
    void Apply(ReadOnlySpan<byte> key, byte[]? value);

    /// <summary>Forgets everything, without changes to capture, and gives back what it used.</summary>
    void Clear();
}
