using System.Diagnostics;
using System.Runtime;

namespace StreamSocial.Cli.Benchmarks.State;

/// <summary>What this process keeps on its managed heap.</summary>
internal static class ManagedHeap
{
    private const int TimedCollections = 7;

    /// <summary>Bytes of all objects that are in use, large arrays included.</summary>
    public static long LiveBytes()
    {
        GCSettings.LargeObjectHeapCompactionMode = GCLargeObjectHeapCompactionMode.CompactOnce;
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Forced, blocking: true, compacting: true);
        GC.WaitForPendingFinalizers();
        GCSettings.LargeObjectHeapCompactionMode = GCLargeObjectHeapCompactionMode.CompactOnce;
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Forced, blocking: true, compacting: true);
        return GC.GetTotalMemory(forceFullCollection: false);
    }

    /// <summary>Time of a full collection that moves nothing; the median of several.</summary>
    public static TimeSpan TimeCollection()
    {
        var times = new double[TimedCollections];
        for (var i = 0; i < times.Length; i++)
        {
            var started = Stopwatch.GetTimestamp();
            GC.Collect(GC.MaxGeneration, GCCollectionMode.Forced, blocking: true, compacting: false);
            times[i] = Stopwatch.GetElapsedTime(started).TotalMilliseconds;
        }

        return TimeSpan.FromMilliseconds(Rounds.Median(times));
    }
}
