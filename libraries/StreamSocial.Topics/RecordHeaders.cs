using System.Buffers.Binary;

namespace StreamSocial.Topics;

/// <summary>
/// Names and encodings of the headers of every record that StreamSocial writes. Any other producer may write them to protect its records against
/// loss and repeats.
/// </summary>
public static class RecordHeaders
{
    /// <summary>W3C trace context of the span that produced the record, UTF-8.</summary>
    public const string TraceParent = "traceparent";

    /// <summary>
    /// Source of the edge the record belongs to, UTF-8: <c>&lt;topic&gt;/&lt;partition&gt;</c> for a task; a producer outside the runtime uses
    /// a new name each time it starts. Absent on records of foreign producers.
    /// </summary>
    public const string EdgeSource = "edge-source";

    /// <summary>Sequence number of the record on its edge, 8 bytes big-endian; counts from 1.</summary>
    public const string EdgeSequence = "edge-sequence";

    /// <summary>
    /// An <c>EdgeRuns</c> message. Present: the value is an <c>EntryRun</c> with the entries of these edges, and the record
    /// has neither <see cref="EdgeSource"/> nor <see cref="EdgeSequence"/>. Absent: the value is one bare payload.
    /// </summary>
    public const string EdgeRuns = "edge-runs";

    /// <summary>Encodes a sequence number.</summary>
    public static byte[] EncodeSequence(long sequence)
    {
        var bytes = new byte[sizeof(long)];
        BinaryPrimitives.WriteInt64BigEndian(bytes, sequence);
        return bytes;
    }

    /// <summary>Decodes a sequence number; false when the bytes are not eight.</summary>
    public static bool TryDecodeSequence(ReadOnlySpan<byte> bytes, out long sequence) =>
        BinaryPrimitives.TryReadInt64BigEndian(bytes, out sequence) && bytes.Length == sizeof(long);
}
