using System.Text;
using Google.Protobuf;
using StreamSocial.Streams.Contracts;
using StreamSocial.Streams.Emitting;
using StreamSocial.Streams.State;

namespace StreamSocial.Streams.Tasks;

/// <summary>
/// Reads the entries of an <see cref="EntryRun"/> without objects for them: payloads are parts of the value. It reads what <see cref="EntryRunWriter"/> writes; any
/// other encoding of a run is left to the generated parser.
/// </summary>
internal static class EntryRunReader
{
    private static readonly byte EntryTag = TagOf(EntryRun.EntriesFieldNumber);
    private static readonly byte PayloadTag = TagOf(Entry.PayloadFieldNumber);
    private static readonly byte TraceParentTag = TagOf(Entry.TraceparentFieldNumber);

    /// <exception cref="InvalidProtocolBufferException">The value is no run.</exception>
    public static IReadOnlyList<RecordEntry> Read(byte[] value) => TryRead(value) ?? Parse(value);

    private static List<RecordEntry>? TryRead(byte[] value)
    {
        var entries = new List<RecordEntry>();
        for (var position = 0; position < value.Length;)
        {
            if (!TryEnter(value, value.Length, EntryTag, ref position, out var end) || !TryEnter(value, end, PayloadTag, ref position, out var payloadEnd))
                return null;
            var payload = value.AsMemory(position, payloadEnd - position);
            position = payloadEnd;
            string? trace = null;
            if (position < end)
            {
                if (!TryEnter(value, end, TraceParentTag, ref position, out var traceEnd) || traceEnd != end || !Ascii.IsValid(value.AsSpan(position..end)))
                    return null;
                trace = position < end ? Encoding.ASCII.GetString(value.AsSpan(position..end)) : null;
                position = end;
            }

            entries.Add(new(payload, trace));
        }

        return entries;
    }

    private static IReadOnlyList<RecordEntry> Parse(byte[] value) =>
        [.. EntryRun.Parser.ParseFrom(value).Entries.Select(entry => new RecordEntry(entry.Payload.Memory, entry.Traceparent is { Length: > 0 } trace ? trace : null))];

    /// <summary>Moves to the content of a field; false if another one comes, or it does not end before <paramref name="limit"/>.</summary>
    private static bool TryEnter(ReadOnlySpan<byte> value, int limit, byte tag, ref int position, out int end)
    {
        end = 0;
        if (position >= limit || value[position] != tag)
            return false;
        var rest = value[(position + 1)..limit];
        if (!Varint.TryReadLength(ref rest, out var length) || length > rest.Length)
            return false;
        position = limit - rest.Length;
        end = position + length;
        return true;
    }

    private static byte TagOf(int field) => (byte)WireFormat.MakeTag(field, WireFormat.WireType.LengthDelimited);
}
