namespace StreamSocial.Cli.Topology;

/// <summary>One process at one moment, from <c>/proc</c>.</summary>
/// <param name="Pid">Its number.</param>
/// <param name="ParentPid">Its parent's number.</param>
/// <param name="StartTicks">When it started, in clock ticks since boot: with the pid it tells processes apart for good.</param>
/// <param name="CpuSeconds">CPU time used, user and system.</param>
/// <param name="ResidentBytes">Resident memory; pages shared with other processes count in each of them.</param>
internal sealed record ProcessSample(int Pid, int ParentPid, long StartTicks, double CpuSeconds, long ResidentBytes);
