using System.IO.Hashing;
using System.Security.Cryptography;
using System.Text;
using Google.Protobuf;
using Microsoft.Extensions.Options;

namespace StreamSocial.Ingest.Http;

/// <summary>Recognises an id that the same user has given to something else before. This instance knows only what it took itself, the latest of it.</summary>
internal sealed class ReusedIds(IOptions<IngestOptions> options)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<UInt128, UInt128> _contents = [];
    private readonly Queue<UInt128> _order = new();

    // Nobody outside can make two ids collide.
    private readonly long _seed = BitConverter.ToInt64(RandomNumberGenerator.GetBytes(sizeof(long)));

    /// <summary>What an entry gives its id to.</summary>
    public IdUse UseOf<TEntry>(EntryKind<TEntry> kind, TEntry entry)
        where TEntry : IMessage
    {
        // Ids contain no control characters, so the separator makes the key unambiguous.
        var id = Encoding.UTF8.GetBytes($"{kind.Topic}\0{kind.UserOf(entry)}\0{kind.IdOf(entry)}");
        return new(XxHash128.HashToUInt128(id, _seed), XxHash128.HashToUInt128(kind.ContentsOf(entry).ToByteArray(), _seed));
    }

    /// <summary>What a request gives its <c>Idempotency-Key</c> to: all of its entries. The key belongs to the user of the first one.</summary>
    public IdUse UseOf<TEntry>(EntryKind<TEntry> kind, string idempotencyKey, IReadOnlyList<TEntry> entries)
        where TEntry : IMessage
    {
        var id = Encoding.UTF8.GetBytes($"{kind.Topic}\0{kind.UserOf(entries[0])}\0\0{idempotencyKey}");
        var contents = new XxHash128(_seed);
        foreach (var entry in entries)
        {
            var bytes = kind.ContentsOf(entry).ToByteArray();
            contents.Append(BitConverter.GetBytes(bytes.Length));
            contents.Append(bytes);
        }
        return new(XxHash128.HashToUInt128(id, _seed), contents.GetCurrentHashAsUInt128());
    }

    /// <summary>Takes ids for what they are given to, all of them or none.</summary>
    /// <param name="uses">The uses of a request.</param>
    /// <param name="taken">Those that nobody had taken before.</param>
    /// <param name="reused">Those whose id stands for other contents, before or in the same request.</param>
    public bool TryTake(IReadOnlyList<IdUse> uses, out IReadOnlyList<IdUse> taken, out HashSet<IdUse> reused)
    {
        var added = new List<IdUse>(uses.Count);
        (taken, reused) = (added, []);
        var own = new Dictionary<UInt128, UInt128>(uses.Count);
        lock (_lock)
        {
            foreach (var use in uses)
            {
                var isOther = (_contents.TryGetValue(use.Id, out var known) && known != use.Contents) || (own.TryGetValue(use.Id, out var given) && given != use.Contents);
                if (isOther)
                    reused.Add(use);
                own.TryAdd(use.Id, use.Contents);
            }
            if (reused.Count > 0)
                return false;
            foreach (var use in own)
            {
                if (!_contents.TryAdd(use.Key, use.Value))
                    continue;
                added.Add(new(use.Key, use.Value));
                _order.Enqueue(use.Key);
                if (_order.Count > options.Value.RememberedIds)
                    _contents.Remove(_order.Dequeue());
            }
        }
        return true;
    }

    /// <summary>Forgets what a request took whose entries certainly were not written. Whoever repeats the request takes it again.</summary>
    public void GiveBack(IEnumerable<IdUse> uses)
    {
        lock (_lock)
        {
            foreach (var use in uses)
                _contents.Remove(use.Id);
        }
    }
}

/// <summary>What a user gave an id to.</summary>
/// <param name="Id">Fingerprint of topic, user and id.</param>
/// <param name="Contents">Fingerprint of the entry, its time apart.</param>
internal readonly record struct IdUse(UInt128 Id, UInt128 Contents);
