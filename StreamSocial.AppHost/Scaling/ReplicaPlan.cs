namespace StreamSocial.AppHost.Scaling;

/// <summary>Which generators to start and stop for a wanted number.</summary>
internal sealed record ReplicaPlan(IReadOnlyList<int> Start, IReadOnlyList<int> Stop)
{
    /// <summary>
    /// Starts the lowest numbers that do not run and stops the highest that do. One that ended and is about to be started again counts as running.
    /// </summary>
    public static ReplicaPlan For(int wanted, IEnumerable<ReplicaState> replicas)
    {
        var ordered = replicas.OrderBy(r => r.Number).ToArray();
        var active = ordered.Count(r => r.Active);
        return new ReplicaPlan(
            [.. ordered.Where(r => !r.Active).Take(Math.Max(0, wanted - active)).Select(r => r.Number)],
            [.. ordered.Where(r => r.Active).Reverse().Take(Math.Max(0, active - wanted)).Select(r => r.Number)]);
    }
}

/// <summary>One generator as the scaler sees it.</summary>
/// <param name="Number">1, 2, 3, …</param>
/// <param name="Active">It runs, or is on its way to.</param>
/// <param name="Ready">It runs and is healthy.</param>
internal sealed record ReplicaState(int Number, bool Active, bool Ready);
