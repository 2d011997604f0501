using System.Diagnostics;
using System.Globalization;
using RocksDbSharp;

namespace StreamSocial.Streams.State.Disk;

/// <summary>A RocksDB database without a write-ahead log, whose calls end: none waits for ever on a full disk, and none reaches it after it was closed. Thread-safe.</summary>
/// <remarks>Some seconds after space was freed, writes succeed again.</remarks>
internal sealed class DiskDatabase : IDisposable
{
    private const int BloomBitsPerKey = 10;
    private const ulong SmallestMemtable = 64 * 1024;

    /// <summary>Entries of a range that are read at once.</summary>
    private const int ScanLength = 128;

    /// <summary>How the database's error begins when a write would have to wait, for files to be written or compacted.</summary>
    private const string Stalled = "Result incomplete: Write stall";

    private static readonly TimeSpan StallPause = TimeSpan.FromMilliseconds(5);
    private static readonly TimeSpan StallPatience = TimeSpan.FromSeconds(15);

    private readonly ReaderWriterLockSlim _use = new();
    private readonly WriteOptions _writes = CreateWriteOptions();
    private readonly ManualResetEventSlim _closing = new();
    private readonly string _directory;
    private readonly RocksDb _database;
    private volatile bool _disposed;
    private volatile bool _isStuck;

    /// <summary>Opens the one that is there, or creates one.</summary>
    /// <param name="directory">Its own directory, or an empty one.</param>
    /// <param name="cacheBytes">Memory for blocks of its files, their indexes and filters.</param>
    /// <param name="bufferBytes">Memory for what is not in files yet.</param>
    /// <exception cref="IOException">It cannot be opened or created there, for example because its files are damaged.</exception>
    public DiskDatabase(string directory, long cacheBytes, long bufferBytes)
    {
        _directory = directory;
        try
        {
            _database = RocksDb.Open(OptionsFor((ulong)cacheBytes, (ulong)bufferBytes), directory);
        }
        catch (RocksDbException exception)
        {
            throw Failed(exception);
        }
    }

    /// <summary>Whether a directory has one.</summary>
    public static bool IsIn(string directory) => File.Exists(Path.Combine(directory, "CURRENT"));

    /// <summary>Bytes of its files; null when it is closed.</summary>
    public long? FileBytes => _disposed ? null : Read(0, static (database, _) => long.Parse(database.GetProperty("rocksdb.total-sst-files-size"), CultureInfo.InvariantCulture));

    /// <summary>Finds the value of a key; null when there is none.</summary>
    /// <exception cref="IOException">It cannot be read.</exception>
    public byte[]? Get(ReadOnlySpan<byte> key) => Read(key, static (database, key) => database.Get(key));

    /// <exception cref="IOException">It cannot be written, for example because the disk is full; nothing changed then.</exception>
    public void Put(ReadOnlySpan<byte> key, ReadOnlySpan<byte> value) =>
        Write(new KeyAndValue(key, value, _writes), static (database, record) => database.Put(record.Key, record.Value, cf: null, record.Options));

    /// <exception cref="IOException">It cannot be written, for example because the disk is full; nothing changed then.</exception>
    public void Delete(ReadOnlySpan<byte> key) =>
        Write(new KeyAndValue(key, default, _writes), static (database, record) => database.Remove(record.Key, cf: null, record.Options));

    /// <summary>Entries in the order of their keys, some at a time: those that are written meanwhile may be among them.</summary>
    /// <param name="from">First key.</param>
    /// <param name="until">First key that is not wanted.</param>
    /// <exception cref="IOException">They cannot be read.</exception>
    public IEnumerable<KeyValuePair<byte[], byte[]>> ReadRange(byte[] from, byte[] until)
    {
        while (Scan(from, until, ScanLength) is { Count: > 0 } read)
        {
            foreach (var entry in read)
                yield return entry;
            // The next key after the last one.
            from = [.. read[^1].Key, 0];
        }
    }

    /// <summary>Removes all keys from one on.</summary>
    /// <param name="from">First key.</param>
    /// <param name="until">First key that stays.</param>
    /// <exception cref="IOException">It cannot be written, for example because the disk is full; nothing changed then.</exception>
    public void DeleteRange(byte[] from, byte[] until) => Write((from, until, _writes), static (database, range) =>
    {
        using var batch = new WriteBatch();
        batch.DeleteRange(range.from, (ulong)range.from.Length, range.until, (ulong)range.until.Length);
        database.Write(batch, range._writes);
    });

    public void Dispose()
    {
        _closing.Set();
        _use.EnterWriteLock();
        _disposed = true;
        _database.Dispose();
        _use.ExitWriteLock();
    }

    private List<KeyValuePair<byte[], byte[]>> Scan(byte[] from, byte[] until, int most) => Read((from, until, most), static (database, wanted) =>
    {
        var read = new List<KeyValuePair<byte[], byte[]>>();
        using var iterator = database.NewIterator(cf: null, new ReadOptions().SetIterateUpperBound(wanted.until));
        for (iterator.Seek(wanted.from); iterator.Valid() && read.Count < wanted.most; iterator.Next())
            read.Add(KeyValuePair.Create(iterator.Key(), iterator.Value()));
        // An iterator ends at what it cannot read as it does at the last entry.
        if (!iterator.Valid())
            Native.Instance.rocksdb_iter_get_error(iterator.Handle);
        return read;
    });

    private static DbOptions OptionsFor(ulong cacheBytes, ulong bufferBytes) => new DbOptions()
        .SetCreateIfMissing(true)
        .SetDbWriteBufferSize(Math.Max(2 * SmallestMemtable, bufferBytes))
        .SetWriteBufferSize(Math.Max(SmallestMemtable, bufferBytes / 2))
        .SetCompression(Compression.Lz4)
        .SetKeepLogFileNum(1)
        .SetInfoLogLevel(InfoLogLevel.Warn)
        .SetBlockBasedTableFactory(new BlockBasedTableOptions()
            .SetBlockCache(Cache.CreateLru(cacheBytes))
            .SetCacheIndexAndFilterBlocks(true)
            .SetFilterPolicy(BloomFilterPolicy.Create(BloomBitsPerKey, false)));

    /// <summary>Without a log, and refused where it would wait: on a full disk that is for ever.</summary>
    private static WriteOptions CreateWriteOptions()
    {
        var options = new WriteOptions().DisableWal(1);
        Native.Instance.rocksdb_writeoptions_set_no_slowdown(options.Handle, 1);
        return options;
    }

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
