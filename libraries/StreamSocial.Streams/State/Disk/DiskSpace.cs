using System.Buffers.Binary;
using Microsoft.Extensions.Logging;
using StreamSocial.Streams.Contracts;

namespace StreamSocial.Streams.State.Disk;

/// <summary>
/// The member's one database on disk, shared by the stores of all its tasks. Each store has a range of the keys, and a store that is given up is
/// deleted as a range. Thread-safe.
/// </summary>
/// <remarks>
/// It is working memory, not a second truth: the state comes from the changelogs, and what is here of an earlier run only saves reading them. Anything else in the
/// directory is deleted.
/// A full disk is an error of whoever needed the space, at once or after 15 s.
/// </remarks>
internal sealed partial class DiskSpace : IStoreFactory, IDisposable
{
    private readonly Lock _gate = new();
    private readonly ILogger _logger;
    private readonly Queue<long> _abandoned = new();
    private readonly string _directory;
    private readonly StoreLock _lock;
    private readonly long _hotBytes;
    private long _lastRange;
    private volatile int _ranges;

    /// <summary>Whether the directory stays: it has what the next run may use.</summary>
    private bool _isKept;

    /// <summary>Locks the directory, and opens the database in it if an earlier run of the member ended with it; else it begins anew.</summary>
    /// <param name="directory">This member's own.</param>
    /// <param name="memoryBytes">Half is for blocks of the files, their indexes and filters, an eighth for what is not in files yet, the rest for live objects.</param>
    /// <param name="logger">Says what is dropped.</param>
    /// <exception cref="IOException">The directory cannot be used, for example because another process does; nothing in it was touched then.</exception>
    public DiskSpace(string directory, long memoryBytes, ILogger<DiskSpace> logger)
    {
        (_directory, _logger) = (directory, logger);
        _hotBytes = memoryBytes * 3 / 8;
        _lock = StoreLock.Take(directory);
        try
        {
            Database = TryOpen() ?? Empty();
        }
        catch
        {
            _lock.Dispose();
            throw;
        }

        DiskDatabase Open() => new(directory, cacheBytes: memoryBytes / 2, bufferBytes: memoryBytes / 8);

        DiskDatabase Empty()
        {
            if (Directory.Exists(directory))
                Directory.Delete(directory, recursive: true);
            Directory.CreateDirectory(directory);
            return Open();
        }

        DiskDatabase? TryOpen()
        {
            if (!DiskDatabase.IsIn(directory))
                return null;
            DiskDatabase? database = null;
            try
            {
                database = Open();
                if (new KeptStates(database).Owner is { } owner)
                {
                    // Until somebody takes it: this run may end before.
                    (_lastRange, _isKept) = (owner.LastRange, true);
                    return database;
                }
                LogDropped(directory, "the run that wrote them did not end in order, or was of another version");
            }
            catch (IOException exception)
            {
                LogDropped(directory, exception.Message);
            }
            database?.Dispose();
            return null;
        }
    }

    public DiskDatabase Database { get; }

    /// <summary>Bytes of live objects that each store may keep.</summary>
    public long HotShare => Math.Max(4096, _hotBytes / Math.Max(1, _ranges));

    public IStateStore<TKey, TValue> Create<TKey, TValue>(byte id, string name, ICodec<TKey> keys, ICodec<TValue> values)
        where TKey : notnull => new DiskStateStore<TKey, TValue>(id, name, keys, values, new DiskEntries(this));

    /// <summary>Opens a store that an earlier run left.</summary>
    public IStateStore<TKey, TValue> Open<TKey, TValue>(string name, ICodec<TKey> keys, ICodec<TValue> values, KeptStore kept)
        where TKey : notnull =>
        new DiskStateStore<TKey, TValue>((byte)kept.Id, name, keys, values, new DiskEntries(this, kept.Range > 0 ? kept.Range : null), kept);

    /// <summary>The states that an earlier run left, once; all others that were on disk are gone then. Before any store is created.</summary>
    /// <param name="owner">Whose they must be.</param>
    /// <exception cref="IOException">The database cannot be read or written.</exception>
    public IReadOnlyList<KeptState> TakeKept(string owner)
    {
        var kept = new KeptStates(Database);
        var isOwn = _isKept = false;
        if (kept.Owner is { } former && !(isOwn = former.Owner == owner))
            LogDropped(_directory, $"they are of {former.Owner}, and this member is {owner}");
        var states = kept.Take();
        if (!isOwn)
            states = [];
        var ranges = states.SelectMany(state => state.Stores).Select(store => store.Range).Where(range => range > 0).Order().ToArray();
        var next = 1L;
        foreach (var range in ranges)
        {
            if (range > next)
                Database.DeleteRange(PrefixOf(next), PrefixOf(range));
            next = range + 1;
        }
        // Also what a run that crashed may have written behind the ranges that were left.
        Database.DeleteRange(PrefixOf(next), PrefixOf(long.MaxValue));
        lock (_gate)
            _ranges += ranges.Length;
        return states;
    }

    /// <summary>Leaves states for the next run, which finds them when the database has been closed. No store may be used any more.</summary>
    /// <exception cref="IOException">That cannot be written; there is nothing for the next run then.</exception>
    public void Keep(IEnumerable<KeptState> states, string owner)
    {
        new KeptStates(Database).Write(states, owner, _lastRange);
        _isKept = true;
    }

    /// <summary>A range that nobody has used: all its keys begin with these 8 bytes, big-endian.</summary>
    public long AddRange()
    {
        lock (_gate)
        {
            _ranges++;
            return ++_lastRange;
        }
    }

    /// <summary>Gives a range up, once. If the disk is too full to say so in the database, that is made up for when the next one is given up.</summary>
    public void RemoveRange(long range)
    {
        lock (_gate)
        {
            _ranges--;
            _abandoned.Enqueue(range);
            try
            {
                for (; _abandoned.TryPeek(out var next); _abandoned.Dequeue())
                    Database.DeleteRange(PrefixOf(next), PrefixOf(next + 1));
            }
            catch (IOException)
            {
                // Nobody reads those ranges again; they only take space until their turn comes.
            }
        }
    }

    /// <summary>The first 8 bytes of a range's keys.</summary>
    public static byte[] PrefixOf(long range)
    {
        var prefix = new byte[sizeof(long)];
        BinaryPrimitives.WriteInt64BigEndian(prefix, range);
        return prefix;
    }

    public void Dispose()
    {
        // What is not in files yet is written now.
        Database.Dispose();
        if (!_isKept)
            Directory.Delete(_directory, recursive: true);
        _lock.Dispose();
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "The files of the disk store in {Directory} are dropped, and the state comes from the changelogs: {Why}")]
    private partial void LogDropped(string directory, string why);
}
