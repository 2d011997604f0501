namespace StreamSocial.Streams.State;

/// <summary>Takes the changes of a capture.</summary>
internal interface IChangeSink
{
    /// <summary>Takes one change.</summary>
    /// <param name="store">The store's id.</param>
    /// <param name="key">Key bytes; copy them.</param>
    /// <param name="value">Value bytes; copy them. Not used when removed.</param>
    /// <param name="removed">Whether the entry is gone.</param>
    void Add(byte store, ReadOnlySpan<byte> key, ReadOnlySpan<byte> value, bool removed);
}
