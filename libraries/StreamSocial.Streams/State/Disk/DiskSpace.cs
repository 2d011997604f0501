using System.Buffers.Binary;
using System.Diagnostics;
using System.Globalization;
using RocksDbSharp;

namespace StreamSocial.Streams.State.Disk;

/// <summary>
/// The member's one RocksDB database, shared by the stores of all its tasks. Each store has a range of the keys, and a store that is given up is
/// deleted as a range. Thread-safe.
/// </summary>
/// <remarks>
/// It is working memory, not a second truth: at start the directory is emptied, and the state comes from the changelogs. So there is no write-ahead log.
/// A full disk is an error of whoever needed the space, at once or after 15 s; some seconds after space was freed, writes succeed again.
/// </remarks>
internal sealed class DiskSpace : IStoreFactory, IDisposable
{
    private const int BloomBitsPerKey = 10;
    private const ulong SmallestMemtable = 64 * 1024;

    /// <summary>How the database's error begins when a write would have to wait, for files to be written or compacted.</summary>
    private const string Stalled = "Result incomplete: Write stall";

    private static readonly TimeSpan StallPause = TimeSpan.FromMilliseconds(5);
    private static readonly TimeSpan StallPatience = TimeSpan.FromSeconds(15);

    private readonly Lock _gate = new();
    private readonly Queue<long> _abandoned = new();
    private readonly ReaderWriterLockSlim _use = new();
    private readonly WriteOptions _writes = CreateWriteOptions();
    private readonly ManualResetEventSlim _closing = new();
    private readonly string _directory;
    private readonly StoreLock _lock;
    private readonly RocksDb _database;
    private readonly long _hotBytes;
    private volatile bool _disposed;
    private long _lastRange;
    private volatile int _ranges;
    private volatile bool _isStuck;

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
            _database = RocksDb.Open(OptionsFor((ulong)memoryBytes), directory);
        }
        catch (RocksDbException exception)
        {
            _lock.Dispose();
            throw new IOException($"The store directory {directory} cannot be used: {exception.Message}", exception);
        }
        catch
        {
            _lock.Dispose();
            throw;
        }
    }

    /// <summary>Bytes of live objects that each store may keep.</summary>
    public long HotShare => Math.Max(4096, _hotBytes / Math.Max(1, _ranges));

    /// <summary>Bytes of its files; null when it is closed.</summary>
    public long? FileBytes => _disposed ? null : Read(0, static (database, _) => long.Parse(database.GetProperty("rocksdb.total-sst-files-size"), CultureInfo.InvariantCulture));

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
                    DeleteRange(next);
            }
            catch (IOException)
            {
                // Nobody reads those ranges again; they only take space until their turn comes.
            }
        }
    }

    /// <summary>Finds the value of a key; null when there is none.</summary>
    /// <exception cref="IOException">It cannot be read.</exception>
    public byte[]? Get(ReadOnlySpan<byte> key) => Read(key, static (database, key) => database.Get(key));

    /// <exception cref="IOException">It cannot be written, for example because the disk is full; nothing changed then.</exception>
    public void Put(ReadOnlySpan<byte> key, ReadOnlySpan<byte> value) =>
        Write(new KeyAndValue(key, value, _writes), static (database, record) => database.Put(record.Key, record.Value, cf: null, record.Options));

    /// <exception cref="IOException">It cannot be written, for example because the disk is full; nothing changed then.</exception>
    public void Delete(ReadOnlySpan<byte> key) =>
        Write(new KeyAndValue(key, default, _writes), static (database, record) => database.Remove(record.Key, cf: null, record.Options));

    /// <summary>Entries in the order of their keys.</summary>
    /// <param name="from">First key.</param>
    /// <param name="until">First key that is not wanted.</param>
    /// <param name="most">Number of entries at most.</param>
    /// <exception cref="IOException">They cannot be read.</exception>
    public List<KeyValuePair<byte[], byte[]>> Scan(byte[] from, byte[] until, int most) => Read((from, until, most), static (database, wanted) =>
    {
        var read = new List<KeyValuePair<byte[], byte[]>>();
        using var iterator = database.NewIterator(cf: null, new ReadOptions().SetIterateUpperBound(wanted.until));
        for (iterator.Seek(wanted.from); iterator.Valid() && read.Count < wanted.most; iterator.Next())
            read.Add(KeyValuePair.Create(iterator.Key(), iterator.Value()));
        return read;
    });

    /// <summary>The first 8 bytes of a range's keys.</summary>
    public static byte[] PrefixOf(long range)
    {
        var prefix = new byte[sizeof(long)];
        BinaryPrimitives.WriteInt64BigEndian(prefix, range);
        return prefix;
    }

    public void Dispose()
    {
        _closing.Set();
        _use.EnterWriteLock();
        _disposed = true;
        _database.Dispose();
        _use.ExitWriteLock();
        Directory.Delete(_directory, recursive: true);
        _lock.Dispose();
    }

    private static DbOptions OptionsFor(ulong memory) => new DbOptions()
        .SetCreateIfMissing(true)
        .SetErrorIfExists(true)
        .SetDbWriteBufferSize(Math.Max(2 * SmallestMemtable, memory / 8))
        .SetWriteBufferSize(Math.Max(SmallestMemtable, memory / 16))
        .SetCompression(Compression.Lz4)
        .SetKeepLogFileNum(1)
        .SetInfoLogLevel(InfoLogLevel.Warn)
        .SetBlockBasedTableFactory(new BlockBasedTableOptions()
            .SetBlockCache(Cache.CreateLru(memory / 2))
            .SetCacheIndexAndFilterBlocks(true)
            .SetFilterPolicy(BloomFilterPolicy.Create(BloomBitsPerKey, false)));

    /// <summary>Without a log, and refused where it would wait: on a full disk that is for ever.</summary>
    private static WriteOptions CreateWriteOptions()
    {
        var options = new WriteOptions().DisableWal(1);
        Native.Instance.rocksdb_writeoptions_set_no_slowdown(options.Handle, 1);
        return options;
    }

    private void DeleteRange(long range) => Write((range, _writes), static (database, wanted) =>
    {
        using var batch = new WriteBatch();
        batch.DeleteRange(PrefixOf(wanted.range), sizeof(long), PrefixOf(wanted.range + 1), sizeof(long));
        database.Write(batch, wanted._writes);
    });

    /// <summary>Writes, and waits while the database is behind with its files; when nobody could write for long, the next calls do not wait.</summary>
    private void Write<TWanted>(TWanted wanted, Action<RocksDb, TWanted> call)
        where TWanted : allows ref struct
    {
        for (var started = Stopwatch.GetTimestamp(); !TryWrite(wanted, call); _closing.Wait(StallPause))
        {
            if (!_isStuck && Stopwatch.GetElapsedTime(started) < StallPatience)
                continue;
            _isStuck = true;
            throw new IOException($"The disk store in {_directory} takes no writes: its disk is full, or far too slow.");
        }
        _isStuck = false;
    }

    private bool TryWrite<TWanted>(TWanted wanted, Action<RocksDb, TWanted> call)
        where TWanted : allows ref struct
    {
        _use.EnterReadLock();
        try
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            call(_database, wanted);
            return true;
        }
        catch (RocksDbException exception) when (exception.Message.StartsWith(Stalled, StringComparison.Ordinal))
        {
            return false;
        }
        catch (RocksDbException exception)
        {
            throw Failed(exception);
        }
        finally
        {
            _use.ExitReadLock();
        }
    }

    /// <summary>A call after the database was closed would end the process, so each waits for a close that is under way.</summary>
    private T Read<TWanted, T>(TWanted wanted, Func<RocksDb, TWanted, T> call)
        where TWanted : allows ref struct
    {
        _use.EnterReadLock();
        try
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            return call(_database, wanted);
        }
        catch (RocksDbException exception)
        {
            throw Failed(exception);
        }
        finally
        {
            _use.ExitReadLock();
        }
    }

    private IOException Failed(RocksDbException exception) => new($"The disk store in {_directory} failed: {exception.Message}", exception);

    private readonly ref struct KeyAndValue(ReadOnlySpan<byte> key, ReadOnlySpan<byte> value, WriteOptions options)
    {
        public ReadOnlySpan<byte> Key { get; } = key;

        public ReadOnlySpan<byte> Value { get; } = value;

        public WriteOptions Options { get; } = options;
    }
}
