using StreamSocial.Events;

namespace StreamSocial.Cli.Verification;

/// <summary>What a content weighs in the trend: the sum of its interactions' weights, each halved with every hour since. It is kept as of the content's latest time.</summary>
/// <param name="Left">The sum without what was taken back.</param>
/// <param name="Ever">The sum with it.</param>
/// <param name="At">The latest time at which something was counted or taken back, Unix milliseconds.</param>
internal readonly record struct TrendWeight(double Left, double Ever, long At)
{
    /// <summary>The half-life when the service is not told otherwise, in milliseconds.</summary>
    private const double HalfLifeMs = 60 * 60 * 1000;

    /// <summary>Counts an interaction, or takes it back.</summary>
    /// <param name="type">What was counted.</param>
    /// <param name="occurredAt">When, Unix milliseconds.</param>
    /// <param name="takenBackAt">When it was taken back; null to count it.</param>
    public TrendWeight Add(InteractionType type, long occurredAt, long? takenBackAt = null)
    {
        var later = AsOf(Math.Max(At, takenBackAt ?? occurredAt));
        var weight = WeightOf(type) * Decay(later.At - occurredAt);
        return takenBackAt is null ? later with { Left = later.Left + weight, Ever = later.Ever + weight } : later with { Left = later.Left - weight };
    }

    /// <summary>The sums at another time.</summary>
    public TrendWeight AsOf(long time) => new(Left * Decay(time - At), Ever * Decay(time - At), time);

    private static double Decay(long ms) => Math.Pow(2, -ms / HalfLifeMs);

    private static double WeightOf(InteractionType type) => type switch
    {
        InteractionType.Impression => 0,
        InteractionType.View => 1,
        InteractionType.Click => 2,
        InteractionType.Like => 4,
        InteractionType.Comment => 8,
        InteractionType.Share => 16,
        _ => throw new ToolException($"The reference does not know what an interaction of type {type} weighs, so nothing can be verified; teach it to {nameof(TrendWeight)}."),
    };
}
