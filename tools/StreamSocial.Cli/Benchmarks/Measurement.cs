namespace StreamSocial.Cli.Benchmarks;

/// <summary>What one way of taking a round's events cost this process.</summary>
/// <param name="Events">Events taken.</param>
/// <param name="Elapsed">From the first event until all were taken and, for a stage, checkpointed.</param>
/// <param name="Cpu">CPU time of the process meanwhile.</param>
/// <param name="AllocatedBytes">Managed memory allocated meanwhile.</param>
/// <param name="LongestPause">Longest time that the garbage collector held all threads meanwhile.</param>
internal sealed record Measurement(long Events, TimeSpan Elapsed, TimeSpan Cpu, long AllocatedBytes, TimeSpan LongestPause)
{
    public double EventsPerSecond => Events / Elapsed.TotalSeconds;

    /// <summary>Events for each second of CPU time.</summary>
    public double EventsPerCoreSecond => Events / Cpu.TotalSeconds;

    public double AllocatedBytesPerEvent => (double)AllocatedBytes / Events;
}
