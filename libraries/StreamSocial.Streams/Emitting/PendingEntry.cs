using Confluent.Kafka;

namespace StreamSocial.Streams.Emitting;

/// <summary>An entry that waits to be sent.</summary>
/// <param name="Edge">Where it goes.</param>
/// <param name="Sequence">Its number on the edge.</param>
/// <param name="Start">Where it begins among the task's serialized entries.</param>
/// <param name="Length">Its length there; 0 for a record of its own.</param>
/// <param name="TraceParent">The span that emitted it; null when its trace is not sampled.</param>
/// <param name="Record">Set when it is a record of its own; its headers lack those of the edge.</param>
internal readonly record struct PendingEntry(OutgoingEdge Edge, long Sequence, int Start, int Length, string? TraceParent, Message<byte[]?, byte[]?>? Record);
