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

    /// <summary>Whether the id of an entry stood for other contents, its time apart.</summary>
    public bool IsReused<TEntry>(EntryKind<TEntry> kind, TEntry entry)
        where TEntry : IMessage
    {
        var (id, contents) = Fingerprint(kind, entry);
        lock (_lock)
            return _contents.TryGetValue(id, out var known) && known != contents;
    }

    /// <summary>Remembers entries that were written or may have been.</summary>
    public void Remember<TEntry>(EntryKind<TEntry> kind, IEnumerable<TEntry> entries)
        where TEntry : IMessage
    {
        foreach (var entry in entries)
        {
            var (id, contents) = Fingerprint(kind, entry);
            lock (_lock)
            {
                if (!_contents.TryAdd(id, contents))
                    continue;
                _order.Enqueue(id);
                if (_order.Count > options.Value.RememberedIds)
                    _contents.Remove(_order.Dequeue());
            }
        }
    }

    private (UInt128 Id, UInt128 Contents) Fingerprint<TEntry>(EntryKind<TEntry> kind, TEntry entry)
        where TEntry : IMessage
    {
        // Ids contain no control characters, so the separator makes the key unambiguous.
        var id = Encoding.UTF8.GetBytes($"{kind.Topic}\0{kind.UserOf(entry)}\0{kind.IdOf(entry)}");
        return (XxHash128.HashToUInt128(id, _seed), XxHash128.HashToUInt128(kind.ContentsOf(entry).ToByteArray(), _seed));
    }
}
