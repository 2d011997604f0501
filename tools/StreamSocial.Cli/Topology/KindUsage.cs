namespace StreamSocial.Cli.Topology;

/// <summary>What all processes of one kind used.</summary>
/// <param name="Processes">Number of processes there were, over the whole time.</param>
/// <param name="CpuSeconds">CPU time of all of them, ended ones included.</param>
/// <param name="PeakBytes">Largest resident memory of a single one.</param>
internal sealed record KindUsage(string Kind, int Processes, double CpuSeconds, long PeakBytes);
