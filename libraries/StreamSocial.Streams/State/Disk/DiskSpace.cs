using System.Buffers.Binary;

namespace StreamSocial.Streams.State.Disk;

/// <summary>
/// The member's one database on disk, shared by the stores of all its tasks. Each store has a range of the keys, and a store that is given up is
/// deleted as a range. Thread-safe.
/// </summary>
/// <remarks>
/// It is working memory, not a second truth: at start the directory is emptied, and the state comes from the changelogs.
/// A full disk is an error of whoever needed the space, at once or after 15 s.
/// </remarks>
internal sealed class DiskSpace : IStoreFactory, IDisposable
{
    private readonly Lock _gate = new();
    private readonly Queue<long> _abandoned = new();
    private readonly string _directory;
    private readonly StoreLock _lock;
    private readonly long _hotBytes;
    private long _lastRange;
    private volatile int _ranges;

    /// <summary>Locks and empties the directory, and creates the database in it.</summary>
    /// <param name="directory">This member's own.</param>
    /// <param name="memoryBytes">Half is for blocks of the files, their indexes and filters, an eighth for what is not in files yet, the rest for live objects.</param>
    /// <exception cref="IOException">The directory cannot be used, for example because another process does; nothing in it was touched then.</exception>
    public DiskSpace(string directory, long memoryBytes)
    {
        _directory = directory;
        _hotBytes = memoryBytes * 3 / 8;
        _lock = StoreLock.Take(directory);
        try
        {
            if (Directory.Exists(directory))
                Directory.Delete(directory, recursive: true);
            Directory.CreateDirectory(directory);
            Database = new DiskDatabase(directory, cacheBytes: memoryBytes / 2, bufferBytes: memoryBytes / 8);
        }
        catch
        {
            _lock.Dispose();
            throw;
        }
    }

    public DiskDatabase Database { get; }

    /// <summary>Bytes of live objects that each store may keep.</summary>
    public long HotShare => Math.Max(4096, _hotBytes / Math.Max(1, _ranges));

    public IStateStore<TKey, TValue> Create<TKey, TValue>(byte id, string name, ICodec<TKey> keys, ICodec<TValue> values)
        where TKey : notnull => new DiskStateStore<TKey, TValue>(id, name, keys, values, new DiskEntries(this));

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
        Database.Dispose();
        Directory.Delete(_directory, recursive: true);
        _lock.Dispose();
    }
}
