namespace StreamSocial.Ingest.HotKeys;

/// <summary>The heavy keys of recent time, in bounded memory. Thread-safe.</summary>
/// <remarks>
/// A record's weight halves every half-life. Instead of lowering the counters, the weight of new records rises (forward decay: Cormode, Shkapenyuk,
/// Srivastava and Xu, 2009), so that the sketch's bounds hold for the decayed weights as they are.
/// </remarks>
internal sealed class RecentKeys(int capacity, TimeSpan halfLife, TimeProvider time)
{
    /// <summary>Half-lives after which the weights are scaled down again: far from the limits of a double.</summary>
    private const double MaxHalfLives = 64;

    private readonly Lock _gate = new();
    private readonly SpaceSavingSketch _sketch = new(capacity);
    private long _start = time.GetTimestamp();

    /// <summary>Counts a record of a key.</summary>
    public void Add(string key)
    {
        lock (_gate)
            _sketch.Add(key, CurrentWeight());
    }

    /// <summary>The keys with at least a share of the recent records and at least a rate.</summary>
    /// <param name="share">0 to 1. Keys with a little less, by 1 ÷ capacity, may be among the result.</param>
    /// <param name="recordsPerSecond">Reached by a new key only after some time: at twice the rate after a half-life.</param>
    public IReadOnlyCollection<string> FindHeavy(double share, double recordsPerSecond)
    {
        lock (_gate)
        {
            // At a constant rate r the decayed weights add up to r × half-life ÷ ln 2.
            var steady = recordsPerSecond * halfLife.TotalSeconds / Math.Log(2) * CurrentWeight();
            return [.. _sketch.KeysFrom(Math.Max(share * _sketch.Total, steady))];
        }
    }

    private double CurrentWeight()
    {
        var halfLives = time.GetElapsedTime(_start) / halfLife;
        if (halfLives > MaxHalfLives)
        {
            _sketch.Scale(Math.Pow(2, -halfLives));
            _start = time.GetTimestamp();
            return 1;
        }

        return Math.Pow(2, halfLives);
    }
}
