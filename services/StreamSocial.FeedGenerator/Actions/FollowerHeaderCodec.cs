using System.Buffers;
using StreamSocial.FeedGenerator.Codecs;
using StreamSocial.Streams.State;

namespace StreamSocial.FeedGenerator.Actions;

internal sealed class FollowerHeaderCodec : ICodec<FollowerHeader>
{
    private const byte FormatVersion = 1;

    public void Write(FollowerHeader value, IBufferWriter<byte> output)
    {
        var writer = new StateWriter(output);
        writer.Byte(FormatVersion);
        writer.Unsigned((ulong)value.Followers);
        writer.Count(value.Buckets);
    }

    public FollowerHeader Read(ReadOnlySpan<byte> input)
    {
        var reader = new StateReader(input, "follower header");
        reader.Version(FormatVersion);
        var followers = reader.Int64();
        var buckets = reader.Int32();
        reader.End();
        if (buckets < 1)
            throw reader.Invalid($"{followers} followers in {buckets} buckets");
        return new(followers, buckets);
    }
}
