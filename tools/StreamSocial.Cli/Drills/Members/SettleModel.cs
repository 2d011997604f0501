namespace StreamSocial.Cli.Drills.Members;

/// <summary>
/// How long a group takes to settle after members joined, as a straight line over the members that it has then: a part for the protocol's rounds, and one
/// for each member. Fitted by least squares; a model, good for groups of other sizes only as far as nothing else gets scarce.
/// </summary>
/// <param name="Base">The part that does not depend on the members.</param>
/// <param name="PerMember">The part of each member; not below zero.</param>
/// <param name="Error">Root of the mean square of what the line misses.</param>
/// <param name="Points">Measurements that it was fitted to.</param>
internal sealed record SettleModel(TimeSpan Base, TimeSpan PerMember, TimeSpan Error, int Points)
{
    private const int LeastPoints = 3;

    /// <summary>Fits the line; null with fewer than three measurements or only one size.</summary>
    public static SettleModel? Fit(IReadOnlyCollection<(int Members, TimeSpan SettledAfter)> measured)
    {
        if (measured.Count < LeastPoints)
            return null;
        var (meanMembers, meanSeconds) = (measured.Average(point => (double)point.Members), measured.Average(point => point.SettledAfter.TotalSeconds));
        var spread = measured.Sum(point => (point.Members - meanMembers) * (point.Members - meanMembers));
        if (spread == 0)
            return null;
        // A group that settles sooner the larger it is would settle before it began, at some size.
        var slope = Math.Max(0, measured.Sum(point => (point.Members - meanMembers) * (point.SettledAfter.TotalSeconds - meanSeconds)) / spread);
        var intercept = meanSeconds - (slope * meanMembers);
        var error = Math.Sqrt(measured.Average(point => Math.Pow(point.SettledAfter.TotalSeconds - intercept - (slope * point.Members), 2)));
        return new SettleModel(TimeSpan.FromSeconds(intercept), TimeSpan.FromSeconds(slope), TimeSpan.FromSeconds(error), measured.Count);
    }

    /// <summary>What the line says of a number of members.</summary>
    public TimeSpan At(int members) => Base + (members * PerMember);
}

/// <summary>What a model says of a size that it was not fitted to, and what was measured there.</summary>
internal sealed record ModelCheck(TimeSpan Predicted, TimeSpan Measured);
