using System.Buffers;
using StreamSocial.FeedGenerator.Codecs;
using StreamSocial.Streams.State;

namespace StreamSocial.FeedGenerator.Actions;

/// <summary>Number of an account's followers and of the buckets that hold them.</summary>
internal readonly record struct FollowerHeader(long Followers, int Buckets);

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

/// <summary>Stores follower ids in ordinal order.</summary>
internal sealed class FollowerBucketCodec : ICodec<List<string>>
{
    private const byte FormatVersion = 1;

    public void Write(List<string> value, IBufferWriter<byte> output)
    {
        var writer = new StateWriter(output);
        writer.Byte(FormatVersion);
        writer.Count(value.Count);
        foreach (var follower in value)
            writer.String(follower);
    }

    public List<string> Read(ReadOnlySpan<byte> input)
    {
        var reader = new StateReader(input, "follower bucket");
        reader.Version(FormatVersion);
        var count = reader.Count();
        var followers = new List<string>(count);
        for (var i = 0; i < count; i++)
        {
            followers.Add(reader.String());
            if (i > 0 && string.CompareOrdinal(followers[i - 1], followers[i]) >= 0)
                throw reader.Invalid("follower ids are not in order");
        }

        reader.End();
        return followers;
    }
}
