using System.Globalization;
using System.Runtime.InteropServices;
using StreamSocial.Cli.Output;

namespace StreamSocial.Cli.Topology;

/// <summary>What the figures were measured on.</summary>
internal static class Hardware
{
    public static string Describe() =>
        $"{Environment.ProcessorCount} x {ProcessorName() ?? "unknown processor"} ({RuntimeInformation.OSArchitecture}), "
        + $"{TextFormat.MegaBytes(GC.GetGCMemoryInfo().TotalAvailableMemoryBytes)}, {RuntimeInformation.OSDescription}, {RuntimeInformation.FrameworkDescription}";

    private static string? ProcessorName() =>
        File.Exists("/proc/cpuinfo")
            ? File.ReadLines("/proc/cpuinfo").FirstOrDefault(line => line.StartsWith("model name", StringComparison.Ordinal))?.Split(':', 2)[1].Trim()
            : null;
}

/// <summary>What all processors of the machine did since it started, in ticks. Linux only.</summary>
/// <param name="Stolen">Time in which a process was ready and the hypervisor ran something else.</param>
/// <param name="Total">All time, idle or not.</param>
internal sealed record ProcessorTime(long Stolen, long Total)
{
    /// <summary>User, nice, system, idle, iowait, irq, softirq, steal: <c>proc_stat(5)</c>. The guests' times after them are parts of the first two.</summary>
    private const int Fields = 8;

    /// <summary>Reads the counters; null where there are none.</summary>
    public static ProcessorTime? Read()
    {
        if (!File.Exists("/proc/stat"))
            return null;
        var fields = File.ReadLines("/proc/stat").First().Split(' ', StringSplitOptions.RemoveEmptyEntries);
        if (fields.Length <= Fields)
            return null;
        long[] ticks = [.. fields.Skip(1).Take(Fields).Select(field => long.Parse(field, CultureInfo.InvariantCulture))];
        return new ProcessorTime(ticks[^1], ticks.Sum());
    }

    /// <summary>Part of the machine that the hypervisor gave to others since an earlier reading, 0 to 1; null when unknown.</summary>
    public double? StolenSince(ProcessorTime? before) =>
        before is not null && Total > before.Total ? (double)(Stolen - before.Stolen) / (Total - before.Total) : null;
}
