using Confluent.Kafka;
using StreamSocial.Events.Runtime;

namespace StreamSocial.Streams.Emitting;

/// <summary>A record that waits to be sent: either a run of entries, or one keyed payload.</summary>
internal sealed record PendingRecord(long FirstSequence, byte[]? Key, EntryRun? Run, byte[]? Payload, string? TraceParent, Headers? Headers = null);
