using System.Numerics;
using StreamSocial.FeedGenerator.Codecs;
using StreamSocial.Streams.State;
using StreamSocial.Streams.Tasks;

namespace StreamSocial.FeedGenerator.Actions;

/// <summary>Stores a set of users for each of one partition's authors, such as the followers.</summary>
/// <remarks>
/// Linear hashing: an account's followers are spread over n buckets of about <see cref="BucketSize"/>. A follow that overfills the buckets
/// splits one of them, and an unfollow that leaves them too empty merges one. So each change rewrites only one or two small values, even
/// for a large account, and reading all followers takes n lookups.
/// </remarks>
/// <param name="context">The task.</param>
/// <param name="name">Name of the set in errors.</param>
/// <param name="headersStore">Id of a store.</param>
/// <param name="bucketsStore">Id of another one.</param>
internal sealed class FollowerStore(ITaskContext context, string name, byte headersStore, byte bucketsStore)
{
    /// <summary>Average number of followers in a bucket of an account with several buckets.</summary>
    public const int BucketSize = 64;

    private readonly IStateStore<string, FollowerHeader> _headers =
        context.OpenStore(headersStore, $"{name}-headers", StringKeyCodec.Instance, new FollowerHeaderCodec());

    private readonly IStateStore<NumberedKey, FollowerBucket> _buckets =
        context.OpenStore(bucketsStore, name, NumberedKeyCodec.Instance, new FollowerBucketCodec());

    /// <summary>The users who follow an author.</summary>
    public static FollowerStore Followers(ITaskContext context) => new(context, "followers", headersStore: 16, bucketsStore: 17);

    /// <summary>The users who stopped to follow an author. Their feeds hold what the author did before.</summary>
    public static FollowerStore Leavers(ITaskContext context) => new(context, "leavers", headersStore: 25, bucketsStore: 26);

    /// <summary>Number of followers of an account.</summary>
    public long CountOf(string author) => _headers.TryGet(author, out var header) ? header.Followers : 0;

    /// <summary>Adds a follower; false if the account has it already.</summary>
    /// <param name="author">The account.</param>
    /// <param name="follower">Who follows.</param>
    /// <param name="seed">What the account's hash starts from if this is its first follower: see <see cref="SeedOf"/>.</param>
    public bool Add(string author, string follower, ulong seed)
    {
        if (!_headers.TryGet(author, out var header))
            header = new(0, 1, seed);
        var key = new NumberedKey(author, BucketOf(follower, header));
        var bucket = Bucket(key);
        if (!bucket.Add(follower))
            return false;
        _buckets.Put(key, bucket);
        header = header with { Followers = header.Followers + 1 };
        if (header.Followers > (long)header.Buckets * BucketSize)
            header = Split(author, header);
        _headers.Put(author, header);
        return true;
    }

    /// <summary>Removes a follower; false if the account does not have it.</summary>
    public bool Remove(string author, string follower)
    {
        if (!_headers.TryGet(author, out var header))
            return false;
        var key = new NumberedKey(author, BucketOf(follower, header));
        var bucket = Bucket(key);
        if (!bucket.Remove(follower))
            return false;
        PutOrRemove(key, bucket);
        header = header with { Followers = header.Followers - 1 };
        if (header.Followers == 0)
        {
            _headers.Remove(author);
            return true;
        }

        // Buckets merge at half the load at which they split, so that one follower who comes and goes does not split and merge them each time.
        while (header.Buckets > 1 && header.Followers < (header.Buckets - 1L) * BucketSize / 2)
            header = Merge(author, header);
        _headers.Put(author, header);
        return true;
    }

    /// <summary>Appends all followers of an account to <paramref name="followers"/>, in no particular order.</summary>
    public void CopyTo(string author, List<string> followers)
    {
        if (!_headers.TryGet(author, out var header))
            return;
        for (var number = 0; number < header.Buckets; number++)
        {
            if (_buckets.TryGet(new(author, number), out var bucket))
                bucket.CopyTo(followers);
        }
    }

    private FollowerHeader Split(string author, FollowerHeader header)
    {
        var added = header.Buckets;
        var sourceKey = new NumberedKey(author, Buddy(added));
        header = header with { Buckets = added + 1 };
        var source = new List<string>();
        Bucket(sourceKey).CopyTo(source);
        var moves = source.ToLookup(follower => BucketOf(follower, header) == added);
        PutOrRemove(sourceKey, FollowerBucket.Of([.. moves[false]]));
        PutOrRemove(new(author, added), FollowerBucket.Of([.. moves[true]]));
        return header;
    }

    private FollowerHeader Merge(string author, FollowerHeader header)
    {
        var removedKey = new NumberedKey(author, header.Buckets - 1);
        if (_buckets.TryGet(removedKey, out var moving))
        {
            var targetKey = new NumberedKey(author, Buddy(removedKey.Number));
            var merged = new List<string>();
            moving.CopyTo(merged);
            Bucket(targetKey).CopyTo(merged);
            merged.Sort(StringComparer.Ordinal);
            _buckets.Put(targetKey, FollowerBucket.Of(merged));
            _buckets.Remove(removedKey);
        }

        return header with { Buckets = header.Buckets - 1 };
    }

    private FollowerBucket Bucket(NumberedKey key) => _buckets.TryGet(key, out var bucket) ? bucket : new();

    private void PutOrRemove(NumberedKey key, FollowerBucket bucket)
    {
        if (bucket.Count > 0)
            _buckets.Put(key, bucket);
        else
            _buckets.Remove(key);
    }

    /// <summary>The bucket that this one was split from and is merged into: its number without the highest bit.</summary>
    private static int Buddy(int bucket) => bucket - (1 << BitOperations.Log2((uint)bucket));

    /// <summary>The place and time of an entry in the log: nobody who chooses ids knows them before, and every owner finds the same. Never 0.</summary>
    public static ulong SeedOf(in InputEntry entry) => Math.Max(1, ((ulong)entry.Timestamp << 20) ^ (ulong)entry.Offset);

    private static int BucketOf(string follower, in FollowerHeader header)
    {
        if (header.Buckets == 1)
            return 0;
        var mask = (uint)BitOperations.RoundUpToPowerOf2((uint)header.Buckets) - 1;
        var hash = header.Seed == 0 ? Hash(follower) : Hash(follower, header.Seed);
        var bucket = (int)(hash & mask);
        return bucket < header.Buckets ? bucket : Buddy(bucket);
    }

    /// <summary>A keyed hash of the id's UTF-8. It is part of the stored format and must not change.</summary>
    private static uint Hash(string follower, ulong seed)
    {
        Span<byte> buffer = stackalloc byte[Utf8Order.StackBytes];
        return (uint)SipHash.Of(Utf8Order.Encode(follower, buffer), seed, ~seed);
    }

    /// <summary>
    /// FNV-1a over UTF-16 with a final mix, of accounts that are older than seeds: who chooses ids can choose them so that all lie in one bucket. It is part of the
    /// stored format and must not change.
    /// </summary>
    private static uint Hash(string text)
    {
        var hash = 2166136261u;
        foreach (var unit in text)
            hash = (hash ^ unit) * 16777619u;
        hash ^= hash >> 15;
        hash *= 0x2C1B3C6Du;
        return hash ^ (hash >> 12);
    }
}
