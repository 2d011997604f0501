using System.Collections.Concurrent;
using System.Numerics;
using FASTER.core;

namespace StreamSocial.Streams.State.Disk;

/// <summary>
/// The member's one disk log, shared by the stores of all its tasks: a FASTER key-value store whose newest pages are in memory. What
/// the log still holds of replaced records and of tasks that left is dropped by a compaction when it outweighs the rest.
/// </summary>
/// <remarks>
/// It is working memory, not a second truth: at start the directory is emptied, and the state comes from the changelogs. An entry costs
/// about 10 bytes of memory in the index whatever its size.
/// </remarks>
internal sealed class DiskSpace : IStoreFactory, IDisposable
{
    private static readonly TimeSpan CompactionInterval = TimeSpan.FromSeconds(2);

    private readonly ConcurrentDictionary<long, DiskRegion> _regions = new();
    private readonly ConcurrentBag<DiskSession> _sessions = [];
    private readonly string _directory;
    private readonly StoreLock _lock;
    private readonly IDevice _device;
    private readonly FasterKV<SpanByte, SpanByte> _log;
    private readonly long _logMemory;
    private readonly long _hotBytes;
    private readonly long _pageSize;
    private readonly ReaderWriterLockSlim _use = new();
    private readonly ITimer _timer;
    private DiskSession? _compactor;
    private bool _disposed;
    private long _lastRegion;
    private long _liveBytes;

    /// <summary>Locks and empties the directory, and opens the log in it.</summary>
    /// <param name="directory">This member's own.</param>
    /// <param name="memoryBytes">Half is for pages of the log, an eighth for its index, the rest for live objects.</param>
    /// <param name="time">Clock of the compactions.</param>
    /// <param name="onFailed">Called when a compaction fails.</param>
    /// <exception cref="IOException">The directory cannot be used, for example because another process does; nothing in it was touched then.</exception>
    public DiskSpace(string directory, long memoryBytes, TimeProvider time, Action<Exception> onFailed)
    {
        _directory = directory;
        _lock = StoreLock.Take(directory);
        if (Directory.Exists(directory))
            Directory.Delete(directory, recursive: true);
        Directory.CreateDirectory(directory);
        var logBits = BitOperations.Log2((ulong)memoryBytes / 2);
        _logMemory = 1L << logBits;
        _hotBytes = memoryBytes * 3 / 8;
        var pageBits = Math.Min(logBits - 3, 21);
        _pageSize = 1L << pageBits;
        _device = Devices.CreateLogDevice(Path.Combine(directory, "state.log"), preallocateFile: false, deleteOnClose: true);
        _log = new FasterKV<SpanByte, SpanByte>(
            Math.Max(256, 1L << BitOperations.Log2((ulong)memoryBytes / 8 / 64)),
            new LogSettings { LogDevice = _device, MemorySizeBits = logBits, PageSizeBits = pageBits, SegmentSizeBits = Math.Clamp(logBits, 20, 28) });
        _timer = time.CreateTimer(_ => RunCompaction(onFailed), null, CompactionInterval, CompactionInterval);
    }

    /// <summary>Bytes of live objects that each store may keep.</summary>
    public long HotShare => Math.Max(4096, _hotBytes / Math.Max(1, _regions.Count));

    /// <summary>Bytes of the log, on disk and in memory.</summary>
    public long LogBytes => _log.Log.TailAddress - _log.Log.BeginAddress;

    /// <summary>Bytes of it that are still needed, about.</summary>
    public long LiveBytes => Interlocked.Read(ref _liveBytes);

    public IStateStore<TKey, TValue> Create<TKey, TValue>(byte id, string name, ICodec<TKey> keys, ICodec<TValue> values)
        where TKey : notnull => new DiskStateStore<TKey, TValue>(id, name, keys, values, new DiskRegion(this));

    public long Add(DiskRegion region)
    {
        var id = Interlocked.Increment(ref _lastRegion);
        _regions[id] = region;
        return id;
    }

    public void Remove(long region) => _regions.TryRemove(region, out _);

    public void CountLive(long bytes) => Interlocked.Add(ref _liveBytes, bytes);

    /// <summary>Access to the log until <see cref="Return"/>, which the same thread calls soon.</summary>
    public DiskSession Rent()
    {
        _use.EnterReadLock();
        return _sessions.TryTake(out var session) ? session : new DiskSession(_log);
    }

    public void Return(DiskSession session)
    {
        _sessions.Add(session);
        _use.ExitReadLock();
    }

    /// <summary>Compacts the oldest page when most of the log is no longer needed.</summary>
    /// <remarks>
    /// Nobody else may use the log meanwhile: a read that is under way when its record moves does not find it. One page at a time, so that
    /// nobody waits long.
    /// </remarks>
    /// <returns>Whether that was so.</returns>
    public bool CompactIfDue()
    {
        _use.EnterWriteLock();
        try
        {
            if (_disposed || LogBytes < Math.Max(2 * _logMemory, 2 * LiveBytes))
                return false;
            // A compaction that ends within a record cuts it; no record crosses the boundary of a page.
            var until = ((_log.Log.BeginAddress / _pageSize) + 1) * _pageSize;
            if (until > _log.Log.SafeReadOnlyAddress)
                return false;
            _compactor ??= new DiskSession(_log);
            _compactor.Compact(until, new LiveRecords(_regions));
            _log.Log.Truncate();
            return true;
        }
        finally
        {
            _use.ExitWriteLock();
        }
    }

    public void Dispose()
    {
        _timer.Dispose();
        _use.EnterWriteLock();
        _disposed = true;
        _use.ExitWriteLock();
        _compactor?.Dispose();
        foreach (var session in _sessions)
            session.Dispose();
        _log.Dispose();
        _device.Dispose();
        Directory.Delete(_directory, recursive: true);
        _lock.Dispose();
    }

    private void RunCompaction(Action<Exception> onFailed)
    {
        try
        {
            while (CompactIfDue())
            {
                // Until the log is small enough again.
            }
        }
        catch (Exception e) when (e is FasterException or IOException)
        {
            onFailed(e);
        }
    }
}
