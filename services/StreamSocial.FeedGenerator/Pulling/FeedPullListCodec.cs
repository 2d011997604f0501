using System.Buffers;
using StreamSocial.FeedGenerator.Codecs;
using StreamSocial.Streams.State;

namespace StreamSocial.FeedGenerator.Pulling;

internal sealed class FeedPullListCodec : ICodec<FeedPullList>
{
    private const byte FormatVersion = 1;

    public void Write(FeedPullList value, IBufferWriter<byte> output)
    {
        var writer = new StateWriter(output);
        writer.Byte(FormatVersion);
        writer.Count(value.Changes);
        writer.Count(value.Pulls.Count);
        foreach (var (author, after) in value.Pulls)
        {
            writer.String(author);
            writer.Count(after);
        }
    }

    public FeedPullList Read(ReadOnlySpan<byte> input)
    {
        var reader = new StateReader(input, "list of pulls");
        reader.Version(FormatVersion);
        var changes = reader.Int32();
        var count = reader.Count();
        var pulls = new List<FeedPull>(count);
        for (var i = 0; i < count; i++)
        {
            pulls.Add(new(reader.String(), reader.Int32()));
            if (i > 0 && string.CompareOrdinal(pulls[i - 1].Author, pulls[i].Author) >= 0)
                throw reader.Invalid("its authors are not in order");
        }

        reader.End();
        return new(changes, pulls);
    }
}
