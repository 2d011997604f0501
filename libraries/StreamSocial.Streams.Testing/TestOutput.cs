namespace StreamSocial.Streams.Testing;

/// <summary>An entry that a processor emitted.</summary>
/// <param name="Topic">Where to.</param>
/// <param name="Partition">Which partition of it.</param>
/// <param name="Key">Key of the record; null for an entry addressed to a partition.</param>
/// <param name="Payload">The serialised message; empty for a tombstone.</param>
public sealed record TestOutput(string Topic, int Partition, string? Key, ReadOnlyMemory<byte> Payload);
