namespace StreamSocial.Streams.Tasks;

/// <summary>One entry of a record, with the trace it belongs to; null when that is not sampled.</summary>
internal readonly record struct RecordEntry(ReadOnlyMemory<byte> Payload, string? TraceParent);
