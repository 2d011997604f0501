namespace StreamSocial.Streams.Simulation.Workload;

/// <summary>State that a task of the first stage must end with.</summary>
internal sealed class ExpectedSpread
{
    public Dictionary<string, long> Counts { get; } = [];

    public Dictionary<long, long> Recent { get; } = [];

    /// <summary>Last number of each source.</summary>
    public Dictionary<string, long> Sources { get; } = [];
}
