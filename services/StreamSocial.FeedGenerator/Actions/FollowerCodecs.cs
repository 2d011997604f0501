using System.Buffers;
using StreamSocial.FeedGenerator.Codecs;
using StreamSocial.Streams.State;

namespace StreamSocial.FeedGenerator.Actions;

/// <summary>Directory of an account's followers.</summary>
/// <param name="Followers">Their number.</param>
/// <param name="Buckets">Number of the buckets that hold them.</param>
/// <param name="Seed">What the hash that chooses the bucket starts from; 0 for the hash of accounts without one.</param>
internal readonly record struct FollowerHeader(long Followers, int Buckets, ulong Seed);

internal sealed class FollowerHeaderCodec : ICodec<FollowerHeader>
{
    /// <summary>Version 1 had no seed.</summary>
    private const byte OldestVersion = 1;

    private const byte FormatVersion = 2;

    public void Write(FollowerHeader value, IBufferWriter<byte> output)
    {
        using var writer = new StateWriter(output);
        writer.Byte(FormatVersion);
        writer.Unsigned((ulong)value.Followers);
        writer.Count(value.Buckets);
        writer.Unsigned(value.Seed);
    }

    public FollowerHeader Read(ReadOnlySpan<byte> input)
    {
        var reader = new StateReader(input, "follower header");
        var version = reader.Version(OldestVersion, FormatVersion);
        var followers = reader.Int64();
        var buckets = reader.Int32();
        var seed = version > OldestVersion ? reader.Unsigned() : 0;
        reader.End();
        if (buckets < 1)
            throw reader.Invalid($"{followers} followers in {buckets} buckets");
        return new(followers, buckets, seed);
    }
}

/// <summary>Some followers of an account, in ordinal order, as they are stored: a follow moves their bytes and reads none of the ids but those it passes.</summary>
internal sealed class FollowerBucket
{
    private const string What = "follower bucket";

    private ByteRun _bytes = new();

    public int Count { get; private set; }

    /// <summary>Of each id the length and the UTF-8.</summary>
    public ReadOnlySpan<byte> Bytes => _bytes.Span;

    /// <param name="followers">In ordinal order.</param>
    public static FollowerBucket Of(IReadOnlyCollection<string> followers)
    {
        var output = new ArrayBufferWriter<byte>();
        using (var writer = new StateWriter(output))
        {
            foreach (var follower in followers)
                writer.String(follower);
        }

        var bucket = new FollowerBucket();
        bucket.Load(output.WrittenSpan, followers.Count);
        return bucket;
    }

    /// <summary>Takes over stored ids in place of its own.</summary>
    /// <param name="bytes">As <see cref="Bytes"/>.</param>
    /// <param name="count">Their number.</param>
    public void Load(ReadOnlySpan<byte> bytes, int count)
    {
        _bytes.Load(bytes);
        Count = count;
    }

    /// <summary>Adds an id; false if the bucket has it already.</summary>
    public bool Add(string follower)
    {
        var (at, length) = Find(follower);
        if (length > 0)
            return false;
        var output = ScratchBuffer.Take();
        using (var writer = new StateWriter(output))
            writer.String(follower);
        output.WrittenSpan.CopyTo(_bytes.Insert(at, output.WrittenCount));
        Count++;
        return true;
    }

    /// <summary>Removes an id; false if the bucket does not have it.</summary>
    public bool Remove(string follower)
    {
        var (at, length) = Find(follower);
        if (length == 0)
            return false;
        _bytes.Remove(at, length);
        Count--;
        return true;
    }

    /// <summary>Appends the ids.</summary>
    /// <exception cref="InvalidDataException">They are damaged.</exception>
    public void CopyTo(List<string> followers)
    {
        var reader = new StateReader(Bytes, What);
        for (var i = 0; i < Count; i++)
            followers.Add(reader.String());
        reader.End();
    }

    /// <returns>Where the id is, or would be, and its length; 0 if it is not there.</returns>
    private (int At, int Length) Find(string follower)
    {
        Span<byte> buffer = stackalloc byte[Utf8Order.StackBytes];
        var utf8 = Utf8Order.Encode(follower, buffer);
        var reader = new StateReader(Bytes, What);
        while (reader.Left > 0)
        {
            var at = _bytes.Length - reader.Left;
            var order = Utf8Order.Compare(reader.Bytes(), utf8);
            if (order >= 0)
                return (at, order == 0 ? _bytes.Length - reader.Left - at : 0);
        }

        return (_bytes.Length, 0);
    }
}

/// <summary>Stores a bucket: version, number of ids, and of each the length and the UTF-8.</summary>
internal sealed class FollowerBucketCodec : IReusingCodec<FollowerBucket>
{
    private const byte FormatVersion = 1;
    private const string What = "follower bucket";

    public void Write(FollowerBucket value, IBufferWriter<byte> output)
    {
        using var writer = new StateWriter(output);
        writer.Byte(FormatVersion);
        writer.Count(value.Count);
        writer.Bytes(value.Bytes);
    }

    public FollowerBucket Read(ReadOnlySpan<byte> input)
    {
        var bucket = new FollowerBucket();
        ReadInto(bucket, input);
        return bucket;
    }

    public void ReadInto(FollowerBucket value, ReadOnlySpan<byte> input)
    {
        var reader = new StateReader(input, What);
        reader.Version(FormatVersion);
        var count = reader.Count();
        value.Load(reader.Rest(), count);
    }

    public void Check(ReadOnlySpan<byte> input)
    {
        var followers = new List<string>();
        Read(input).CopyTo(followers);
        for (var i = 1; i < followers.Count; i++)
        {
            if (string.CompareOrdinal(followers[i - 1], followers[i]) >= 0)
                throw new StateReader(input, What).Invalid("follower ids are not in order");
        }
    }
}
