using System.Collections.Immutable;
using Microsoft.Extensions.Options;
using StreamSocial.Alerts.Rules;

namespace StreamSocial.Dashboard.Alerts;

/// <summary>Reads how full the watched disks are. Thread-safe.</summary>
internal sealed class DiskReader(IOptions<AlertOptions> options)
{
    /// <summary>Longest wait for a disk.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    private readonly Lock _gate = new();

    /// <summary>By path, the readings that nobody waits for any more: a mount whose server is gone answers late or never.</summary>
    private readonly Dictionary<string, Task<double?>> _late = new(StringComparer.Ordinal);

    /// <summary>Reads the share of a path's disk that is used; null where it cannot be read.</summary>
    internal Func<string, double?> Measure { get; init; } = Used;

    /// <summary>By name, the share that is used; null where it cannot be read, or not in time.</summary>
    public ImmutableSortedDictionary<string, double?> Read()
    {
        lock (_gate)
            return options.Value.Disks.ToImmutableSortedDictionary(disk => disk.Key, disk => ReadInTime(disk.Value), StringComparer.Ordinal);
    }

    private double? ReadInTime(string path)
    {
        var wait = Patience;
        if (_late.Remove(path, out var reading))
            wait = TimeSpan.Zero;
        else
            reading = Task.Factory.StartNew(() => Measure(path), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        if (reading.Wait(wait))
            return reading.Result;
        _late[path] = reading;
        return null;
    }

    private static double? Used(string path)
    {
        try
        {
            var drive = new DriveInfo(path);
            return drive.TotalSize > 0 ? 1 - ((double)drive.AvailableFreeSpace / drive.TotalSize) : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
