namespace StreamSocial.Scaling.Lab.Loads;

/// <summary>Loads over time, in replicas that would always be busy. Pure; a shape gives the load at a second.</summary>
public static class LoadShapes
{
    private const double SecondsPerDay = 1440;

    /// <summary>Always the same.</summary>
    public static Func<int, double> Constant(double load) => _ => load;

    /// <summary>Levels, each until the next one begins.</summary>
    /// <param name="levels">Second at which a level begins, rising, the first at 0, and the load.</param>
    public static Func<int, double> Levels(params (int From, double Load)[] levels) => second => levels.Last(level => level.From <= second).Load;

    /// <summary>Straight lines between points; level before the first and after the last.</summary>
    /// <param name="points">Second and load, rising.</param>
    public static Func<int, double> Lines(params (int At, double Load)[] points) => second =>
    {
        var next = Array.FindIndex(points, point => point.At > second);
        if (next <= 0)
            return next == 0 ? points[0].Load : points[^1].Load;
        var (from, to) = (points[next - 1], points[next]);
        return from.Load + ((to.Load - from.Load) * (second - from.At) / (to.At - from.At));
    };

    /// <summary>From low up to high in a straight line, then at once down again.</summary>
    public static Func<int, double> Sawtooth(double low, double high, int period) => second => low + ((high - low) * (second % period) / period);

    /// <summary>
    /// Two days of 24 minutes each: people are awake by day. Each zone is a share of the users and shifted by some hours.
    /// </summary>
    /// <param name="night">Load in the night, if all users lived in one zone.</param>
    /// <param name="day">Load at the busiest hour, likewise.</param>
    /// <param name="zones">Share of the users and hours that their clock is ahead.</param>
    public static Func<int, double> Diurnal(double night, double day, params (double Share, double Hours)[] zones) => second => zones.Sum(zone =>
    {
        var phase = (second / SecondsPerDay) + (zone.Hours / 24);
        return zone.Share * (night + ((day - night) * (1 - Math.Cos(2 * Math.PI * phase)) / 2));
    });

    /// <summary>Changes with each second by chance, evenly up to a share up or down.</summary>
    public static Func<int, double> Noisy(Func<int, double> shape, double share, int seed)
    {
        var random = new Random(seed);
        var factors = new Dictionary<int, double>();
        return second =>
        {
            for (var next = factors.Count; next <= second; next++)
                factors[next] = 1 + (share * ((2 * random.NextDouble()) - 1));
            return shape(second) * factors[second];
        };
    }

    /// <summary>Bursts that come by chance: a Poisson process.</summary>
    /// <param name="shape">The load between them.</param>
    /// <param name="burst">The load that a burst adds.</param>
    /// <param name="length">Seconds that a burst lasts.</param>
    /// <param name="every">Mean seconds between two beginnings.</param>
    /// <param name="seconds">Length of the load.</param>
    /// <param name="seed">Seed of the chance.</param>
    public static Func<int, double> Bursts(Func<int, double> shape, double burst, int length, double every, int seconds, int seed)
    {
        var random = new Random(seed);
        var begins = new List<double>();
        for (var at = 0.0; at < seconds; begins.Add(at))
            at -= every * Math.Log(1 - random.NextDouble());
        return second => shape(second) + (burst * begins.Count(begin => begin <= second && second < begin + length));
    }
}
