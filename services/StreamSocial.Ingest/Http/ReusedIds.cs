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

    /// <summary>Whether the id stood for other contents before.</summary>
    public bool IsReused(in IdUse use)
    {
        lock (_lock)
            return _contents.TryGetValue(use.Id, out var known) && known != use.Contents;
    }

    /// <summary>Remembers uses of entries that were written or may have been.</summary>
    public void Remember(IEnumerable<IdUse> uses)
    {
        lock (_lock)
        {
            foreach (var use in uses)
            {
                if (!_contents.TryAdd(use.Id, use.Contents))
                    continue;
                _order.Enqueue(use.Id);
                if (_order.Count > options.Value.RememberedIds)
                    _contents.Remove(_order.Dequeue());
            }
        }
    }
}

/// <summary>What a user gave an id to.</summary>
/// <param name="Id">Fingerprint of topic, user and id.</param>
/// <param name="Contents">Fingerprint of the entry, its time apart.</param>
internal readonly record struct IdUse(UInt128 Id, UInt128 Contents);
