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
    private readonly Dictionary<UInt128, Known> _known = [];

    /// <summary>The ids of what was or may be written, the oldest first. What is only under way drives none of them out.</summary>
    private readonly Queue<UInt128> _remembered = new();

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

    /// <summary>Takes ids for what they are given to, all of them or none, until <see cref="Remember"/> or <see cref="GiveBack"/>.</summary>
    /// <param name="uses">The uses of a request.</param>
    /// <param name="taken">Each once.</param>
    /// <param name="reused">Those whose id stands for other contents, before or in the same request.</param>
    public bool TryTake(IReadOnlyList<IdUse> uses, out IReadOnlyList<IdUse> taken, out HashSet<IdUse> reused)
    {
        (taken, reused) = ([], []);
        var own = new Dictionary<UInt128, UInt128>(uses.Count);
        lock (_lock)
        {
            foreach (var use in uses)
            {
                var isOther = (_known.TryGetValue(use.Id, out var before) && before.Contents != use.Contents) || (own.TryGetValue(use.Id, out var given) && given != use.Contents);
                if (isOther)
                    reused.Add(use);
                own.TryAdd(use.Id, use.Contents);
            }
            if (reused.Count > 0)
                return false;
            foreach (var (id, contents) in own)
            {
                if (!_known.TryGetValue(id, out var known))
                    _known[id] = known = new(contents);
                known.Holders++;
            }
        }
        taken = [.. own.Select(use => new IdUse(use.Key, use.Value))];
        return true;
    }

    /// <summary>Remembers what a request took whose entries were or may have been written, in place of the oldest.</summary>
    public void Remember(IReadOnlyList<IdUse> taken)
    {
        lock (_lock)
        {
            foreach (var use in taken)
            {
                var known = _known[use.Id];
                if (known.IsRemembered)
                    continue;
                known.IsRemembered = true;
                _remembered.Enqueue(use.Id);
            }
            Release(taken);
            while (_remembered.Count > options.Value.RememberedIds)
            {
                var oldest = _remembered.Dequeue();
                _known[oldest].IsRemembered = false;
                RemoveUnlessNeeded(oldest);
            }
        }
    }

    /// <summary>Gives back what a request took whose entries certainly were not written. Whoever repeats the request takes it again.</summary>
    public void GiveBack(IReadOnlyList<IdUse> taken)
    {
        lock (_lock)
            Release(taken);
    }

    private void Release(IReadOnlyList<IdUse> taken)
    {
        foreach (var use in taken)
        {
            _known[use.Id].Holders--;
            RemoveUnlessNeeded(use.Id);
        }
    }

    private void RemoveUnlessNeeded(UInt128 id)
    {
        if (_known[id] is { Holders: 0, IsRemembered: false })
            _known.Remove(id);
    }

    /// <summary>What an id stands for.</summary>
    private sealed class Known(UInt128 contents)
    {
        public UInt128 Contents => contents;

        /// <summary>Requests under way that have taken it.</summary>
        public int Holders { get; set; }

        /// <summary>Whether it stands for something that was or may be written.</summary>
        public bool IsRemembered { get; set; }
    }
}

/// <summary>What a user gave an id to.</summary>
/// <param name="Id">Fingerprint of topic, user and id.</param>
/// <param name="Contents">Fingerprint of the entry, its time apart.</param>
internal readonly record struct IdUse(UInt128 Id, UInt128 Contents);
