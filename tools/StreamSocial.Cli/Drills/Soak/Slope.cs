namespace StreamSocial.Cli.Drills.Soak;

/// <summary>How a figure went over time. Pure.</summary>
/// <param name="Mean">Mean of the samples.</param>
/// <param name="PerHour">Slope of the least-squares line through them.</param>
/// <param name="Growth">What the line gains over the samples' time, as a share of the mean; 0 when that is 0.</param>
internal sealed record Slope(double Mean, double PerHour, double Growth)
{
    /// <summary>Fits a line; null for fewer than three samples or no time between them.</summary>
    public static Slope? Of(IReadOnlyList<(TimeSpan At, double Value)> samples)
    {
        if (samples.Count < 3)
            return null;
        var (meanAt, mean) = (samples.Average(sample => sample.At.TotalHours), samples.Average(sample => sample.Value));
        var spread = samples.Sum(sample => Square(sample.At.TotalHours - meanAt));
        if (spread == 0)
            return null;
        var perHour = samples.Sum(sample => (sample.At.TotalHours - meanAt) * (sample.Value - mean)) / spread;
        var length = (samples[^1].At - samples[0].At).TotalHours;
        return new Slope(mean, perHour, mean == 0 ? 0 : perHour * length / mean);
    }

    private static double Square(double value) => value * value;
}
