using StreamSocial.Scaling.Lab.Loads;
using StreamSocial.Scaling.Lab.Model;

namespace StreamSocial.Scaling.Lab.Runs;

/// <summary>A load that meets a group.</summary>
/// <param name="Name">Its name in options and tables.</param>
/// <param name="Description">What comes, for a person.</param>
/// <param name="Calibration">What the group can do.</param>
/// <param name="Load">What comes.</param>
/// <param name="Initial">Replicas at the beginning; null for the fewest that the first half minute takes.</param>
public sealed record Scenario(string Name, string Description, Calibration Calibration, LoadTrace Load, int? Initial = null)
{
    /// <summary>Share of its capacity at which a replica that was sized by hand may run.</summary>
    private const double Full = 0.95;

    /// <summary>Replicas at the beginning.</summary>
    public int InitialReplicas => Initial ?? Math.Clamp((int)Math.Ceiling(Loads.LoadChanges.Means(LoadInReplicas)[0] / Full), 1, ScalingRun.Maximum);

    /// <summary>By second: how many replicas, always busy, the load takes.</summary>
    public double[] LoadInReplicas { get; } = Load.InReplicas(Calibration);

    /// <summary>Seconds at which the load changes.</summary>
    public IReadOnlyList<int> LoadChanges { get; } = Loads.LoadChanges.Find(Load.InReplicas(Calibration));

    /// <summary>Whether the load never changes.</summary>
    public bool IsConstant => LoadChanges.Count == 1;
}
