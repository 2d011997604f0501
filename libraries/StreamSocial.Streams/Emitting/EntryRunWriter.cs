using System.Buffers;
using System.Text;
using Google.Protobuf;
using StreamSocial.Streams.Contracts;
using StreamSocial.Streams.State;

namespace StreamSocial.Streams.Emitting;

/// <summary>
/// Writes an <see cref="EntryRun"/> entry by entry, without allocating objects for them: the concatenated encodings of several runs are the
/// encoding of one run with all their entries.
/// </summary>
/// <remarks>https://protobuf.dev/programming-guides/encoding/#last-one-wins</remarks>
internal static class EntryRunWriter
{
    private static readonly uint EntryTag = WireFormat.MakeTag(EntryRun.EntriesFieldNumber, WireFormat.WireType.LengthDelimited);
    private static readonly uint PayloadTag = WireFormat.MakeTag(Entry.PayloadFieldNumber, WireFormat.WireType.LengthDelimited);
    private static readonly uint TraceParentTag = WireFormat.MakeTag(Entry.TraceparentFieldNumber, WireFormat.WireType.LengthDelimited);

    /// <summary>Appends a run of one entry.</summary>
    /// <param name="output">Where to.</param>
    /// <param name="payload">The entry.</param>
    /// <param name="traceParent">The span that emitted it; null when its trace is not sampled.</param>
    /// <param name="maxBytes">Largest run.</param>
    /// <param name="size">Bytes of the run.</param>
    /// <returns>False when it is larger; nothing was written.</returns>
    public static bool TryWrite(IBufferWriter<byte> output, IMessage payload, string? traceParent, int maxBytes, out int size)
    {
        var payloadSize = payload.CalculateSize();
        var entrySize = FieldSize(PayloadTag, payloadSize);
        var traceSize = traceParent is null ? 0 : Encoding.ASCII.GetByteCount(traceParent);
        if (traceParent is not null)
            entrySize += FieldSize(TraceParentTag, traceSize);
        size = FieldSize(EntryTag, entrySize);
        if (size > maxBytes)
            return false;
        // Advanced only when all is written, so that a payload that cannot be written leaves no part of it.
        var span = output.GetSpan(size);
        var position = WriteHead(span, EntryTag, entrySize);
        position += WriteHead(span[position..], PayloadTag, payloadSize);
        payload.WriteTo(span.Slice(position, payloadSize));
        position += payloadSize;
        if (traceParent is not null)
        {
            position += WriteHead(span[position..], TraceParentTag, traceSize);
            Encoding.ASCII.GetBytes(traceParent, span[position..]);
        }
        output.Advance(size);
        return true;
    }

    private static int FieldSize(uint tag, int length) => CodedOutputStream.ComputeUInt32Size(tag) + CodedOutputStream.ComputeLengthSize(length) + length;

    private static int WriteHead(Span<byte> output, uint tag, int length)
    {
        var position = Varint.Write(output, tag);
        return position + Varint.Write(output[position..], (uint)length);
    }
}
