using StreamSocial.Events;
using StreamSocial.Events.Interactions;

namespace StreamSocial.FeedGenerator.Engagement;

/// <summary>Trend score of a content: a weighted sum of interactions, each halved per half-life of age.</summary>
/// <remarks>
/// At time t the score is <c>Σ wᵢ · 2^((tᵢ − t) / H)</c> over the interactions of weight wᵢ at tᵢ, with half-life H. The factor
/// 2^(−t/H) is the same for all contents, so the ranking needs only <c>L = log₂ Σ wᵢ · 2^(tᵢ / H)</c>, which does not depend on the clock:
/// an idle content keeps its L, only an interaction that is taken back lowers it, and the order of interactions matters only for rounding. The logarithm
/// is kept because 2^(tᵢ / H) itself would overflow.
/// </remarks>
internal static class TrendScore
{
    /// <summary>Score of a content without interactions.</summary>
    public const double None = double.NegativeInfinity;

    /// <summary>Share of a score that is left where the score itself does not tell.</summary>
    private const double LeastRest = 1.0 / (1L << 32);

    /// <summary>Adds an interaction to a score.</summary>
    /// <param name="score">The score before, L.</param>
    /// <param name="type">Type of the interaction.</param>
    /// <param name="at">Time of the interaction, Unix milliseconds.</param>
    /// <param name="halfLifeMs">H in milliseconds.</param>
    public static double Add(double score, InteractionType type, long at, double halfLifeMs) =>
        Add(score, InteractionTypes.Of(type).TrendWeightLog2 + (at / halfLifeMs));

    /// <summary>
    /// Takes an interaction out of a score again. What is left of other interactions is exact up to rounding. It is 2^-32 of the score if the interaction seems to have
    /// had all of it, as it may after a change to a longer half-life, or when the others are so old that only rounding is left of them.
    /// </summary>
    /// <param name="score">The score before, L, of which other interactions have a part.</param>
    /// <param name="type">Type of the interaction.</param>
    /// <param name="at">Time of the interaction, Unix milliseconds.</param>
    /// <param name="halfLifeMs">H in milliseconds.</param>
    public static double Remove(double score, InteractionType type, long at, double halfLifeMs)
    {
        if (score == None)
            return None;
        var rest = 1 - Math.Pow(2, InteractionTypes.Of(type).TrendWeightLog2 + (at / halfLifeMs) - score);
        // Below some steps of L, which is a large number, what is left may be nothing but rounding.
        var rounding = 8 * (Math.BitIncrement(Math.Abs(score)) - Math.Abs(score));
        return score + Math.Log2(rest > rounding ? rest : LeastRest);
    }

    /// <summary>Adds the scores of two parts of a content.</summary>
    public static double Add(double left, double right)
    {
        var (larger, smaller) = left >= right ? (left, right) : (right, left);
        return smaller == None ? larger : larger + Math.Log2(1 + Math.Pow(2, smaller - larger));
    }

    /// <summary>Converts a score to another half-life, which decays it from then on. At that time it is the same.</summary>
    /// <param name="score">The score, L.</param>
    /// <param name="at">The content's latest time, Unix milliseconds.</param>
    /// <param name="fromMs">The half-life of the score, in milliseconds.</param>
    /// <param name="toMs">The other half-life, in milliseconds.</param>
    public static double Convert(double score, long at, double fromMs, double toMs) => fromMs == toMs ? score : score - (at / fromMs) + (at / toMs);

    /// <summary>
    /// Converts a score to the sum of weights decayed to a time; it is finite, as JSON needs it, even for a score of a replica that has another half-life.
    /// </summary>
    public static double At(double score, long at, double halfLifeMs) => Math.Min(double.MaxValue, Math.Pow(2, score - (at / halfLifeMs)));
}
