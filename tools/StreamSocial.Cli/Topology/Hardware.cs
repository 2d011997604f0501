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
