using System.Diagnostics;

namespace StreamSocial.Ingest.Publishing;

/// <summary>One record on its way to Kafka.</summary>
/// <param name="Partition">The key's partition.</param>
/// <param name="Key">UTF-8.</param>
/// <param name="Value">The serialised contract.</param>
/// <param name="Span">The producer span; null until the request is admitted, and when its trace is not sampled.</param>
internal readonly record struct OutgoingRecord(int Partition, byte[] Key, byte[] Value, Activity? Span = null)
{
    /// <summary>What a record takes in a log beside key and value: its framing and headers, rounded up.</summary>
    public const int OverheadBytes = 160;

    public int LogBytes => Key.Length + Value.Length + OverheadBytes;
}
