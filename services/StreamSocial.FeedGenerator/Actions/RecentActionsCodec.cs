using System.Buffers;
using StreamSocial.FeedGenerator.Codecs;
using StreamSocial.Streams.State;

namespace StreamSocial.FeedGenerator.Actions;

/// <summary>Version, position of the oldest, then 16 bytes for each id.</summary>
internal sealed class RecentActionsCodec : ICodec<RecentActions>
{
    private const byte FormatVersion = 1;

    public void Write(RecentActions value, IBufferWriter<byte> output)
    {
        var writer = new StateWriter(output);
        writer.Byte(FormatVersion);
        writer.Count(value.Oldest);
        writer.Count(value.Ids.Count);
        foreach (var id in value.Ids)
            writer.Fixed128(id);
    }

    public RecentActions Read(ReadOnlySpan<byte> input)
    {
        var reader = new StateReader(input, "list of recent actions");
        reader.Version(FormatVersion);
        var oldest = reader.Int32();
        var count = reader.Count();
        if (oldest != 0 && oldest >= count)
            throw reader.Invalid($"position {oldest} in a ring of {count}");
        var ids = new List<UInt128>(count);
        for (var i = 0; i < count; i++)
            ids.Add(reader.Fixed128());
        reader.End();
        return new(ids, oldest);
    }
}
