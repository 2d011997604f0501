using System.Diagnostics;
using System.Diagnostics.Tracing;

namespace StreamSocial.Cli.Benchmarks;

/// <summary>Takes a <see cref="ProcessMeasurement"/> of this process between two moments.</summary>
internal sealed class ProcessMeter(PauseListener pauses)
{
    private readonly long _started = Stopwatch.GetTimestamp();
    private readonly TimeSpan _cpu = CpuTime();
    private readonly long _allocated = Start(pauses);

    public ProcessMeasurement Stop(long events)
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

/// <summary>What one way of taking a round's events cost this process.</summary>
/// <param name="Events">Events taken.</param>
/// <param name="Elapsed">From the first event until all were taken and, for a stage, checkpointed.</param>
/// <param name="Cpu">CPU time of the process meanwhile.</param>
/// <param name="AllocatedBytes">Managed memory allocated meanwhile.</param>
/// <param name="LongestPause">Longest time that the garbage collector held all threads meanwhile.</param>
internal sealed record ProcessMeasurement(long Events, TimeSpan Elapsed, TimeSpan Cpu, long AllocatedBytes, TimeSpan LongestPause)
{
    public double EventsPerSecond => Events / Elapsed.TotalSeconds;

    /// <summary>Events for each second of CPU time.</summary>
    public double EventsPerCoreSecond => Events / Cpu.TotalSeconds;

    public double AllocatedBytesPerEvent => (double)AllocatedBytes / Events;
}

/// <summary>Times the garbage collector's pauses from the runtime's own events: from the suspension of all threads until they run again.</summary>
internal sealed class PauseListener : EventListener
{
    private const string Runtime = "Microsoft-Windows-DotNETRuntime";
    private const EventKeywords GarbageCollection = (EventKeywords)1;
    private const string SuspendBegin = "GCSuspendEEBegin_V1";
    private const string RestartEnd = "GCRestartEEEnd_V1";

    private DateTime _suspended;
    private long _longestTicks;

    public TimeSpan Longest => TimeSpan.FromTicks(Interlocked.Read(ref _longestTicks));

    public void Reset() => Interlocked.Exchange(ref _longestTicks, 0);

    protected override void OnEventSourceCreated(EventSource eventSource)
    {
        if (eventSource.Name == Runtime)
            EnableEvents(eventSource, EventLevel.Informational, GarbageCollection);
    }

    protected override void OnEventWritten(EventWrittenEventArgs eventData)
    {
        // Written by one thread after the other: there is one suspension at a time.
        if (eventData.EventName == SuspendBegin)
            _suspended = eventData.TimeStamp;
        else if (eventData.EventName == RestartEnd && _suspended != default)
            Interlocked.Exchange(ref _longestTicks, Math.Max(_longestTicks, (eventData.TimeStamp - _suspended).Ticks));
    }
}
