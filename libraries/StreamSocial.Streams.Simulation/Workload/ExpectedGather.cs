namespace StreamSocial.Streams.Simulation.Workload;

/// <summary>State that a task of the second stage must end with.</summary>
internal sealed class ExpectedGather
{
    public Dictionary<string, long> Counts { get; } = [];

    public Dictionary<string, long> Sequences { get; } = [];
}
