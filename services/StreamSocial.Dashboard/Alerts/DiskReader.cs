using System.Collections.Immutable;
using Microsoft.Extensions.Options;
using StreamSocial.Alerts.Rules;

namespace StreamSocial.Dashboard.Alerts;

/// <summary>Reads how full the watched disks are.</summary>
internal sealed class DiskReader(IOptions<AlertOptions> options)
{
    /// <summary>By name, the share that is used; null where it cannot be read.</summary>
    public ImmutableSortedDictionary<string, double?> Read() =>
        options.Value.Disks.ToImmutableSortedDictionary(disk => disk.Key, disk => Used(disk.Value), StringComparer.Ordinal);

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
