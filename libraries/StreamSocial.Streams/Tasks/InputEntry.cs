namespace StreamSocial.Streams.Tasks;

/// <summary>One entry as a processor sees it.</summary>
/// <param name="Key">The record's key; empty for a run addressed to a partition.</param>
/// <param name="Payload">The serialised message; valid only during the call.</param>
/// <param name="Timestamp">The record's timestamp, Unix milliseconds.</param>
/// <param name="Offset">The record's offset in its input partition.</param>
public readonly record struct InputEntry(ReadOnlyMemory<byte> Key, ReadOnlyMemory<byte> Payload, long Timestamp, long Offset);
