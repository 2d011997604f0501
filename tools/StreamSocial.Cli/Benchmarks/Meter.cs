using System.Diagnostics;

namespace StreamSocial.Cli.Benchmarks;

/// <summary>Takes a <see cref="Measurement"/> of this process between two moments.</summary>
internal sealed class Meter(PauseListener pauses)
{
    private readonly long _started = Stopwatch.GetTimestamp();
    private readonly TimeSpan _cpu = CpuTime();
    private readonly long _allocated = Start(pauses);

    public Measurement Stop(long events)
    {
        var elapsed = Stopwatch.GetElapsedTime(_started);
        return new(events, elapsed, CpuTime() - _cpu, GC.GetTotalAllocatedBytes() - _allocated, pauses.Longest);
    }

    private static long Start(PauseListener pauses)
    {
        pauses.Reset();
        return GC.GetTotalAllocatedBytes();
    }

    private static TimeSpan CpuTime()
    {
        using var process = Process.GetCurrentProcess();
        return process.TotalProcessorTime;
    }
}
