namespace StreamSocial.Scaling.Lab.Loads;

/// <summary>Finds the moments at which a load becomes another one. Pure.</summary>
public static class LoadChanges
{
    /// <summary>Seconds over which a load is averaged: shorter ups and downs are none.</summary>
    public const int Window = 30;

    /// <summary>By how much the mean must differ from the last level to be another load.</summary>
    private const double Factor = 1.5;

    /// <summary>A difference of less than this many replicas matters to nobody.</summary>
    private const double Least = 0.25;

    /// <summary>
    /// The seconds at which the load changes; the first is 0. A change is where the mean of the next half minute is half as much again as the level after the last change, or two thirds of
    /// it; the level is then the mean of the half minute after that. A slow rise is several changes.
    /// </summary>
    /// <param name="load">Load in replicas by second.</param>
    public static IReadOnlyList<int> Find(double[] load)
    {
        var means = Means(load);
        var changes = new List<int> { 0 };
        var level = means[0];
        for (var second = 1; second < means.Length; second++)
        {
            var mean = means[second];
            if ((mean < level * Factor && mean > level / Factor) || Math.Abs(mean - level) < Least)
                continue;
            changes.Add(second);
            second = Math.Min(second + Window, means.Length - 1);
            level = means[second];
        }
        return changes;
    }

    /// <summary>By second: the mean of the half minute that begins there.</summary>
    public static double[] Means(double[] load)
    {
        var means = new double[Math.Max(1, load.Length - Window + 1)];
        var sum = load.Take(Window).Sum();
        for (var second = 0; ; second++)
        {
            means[second] = sum / Math.Min(Window, load.Length);
            if (second + 1 == means.Length)
                return means;
            sum += load[second + Window] - load[second];
        }
    }
}
