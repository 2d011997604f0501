namespace StreamSocial.Cli.Drills.Measuring;

/// <summary>A time in which a partition had input and nothing new of it was processed.</summary>
/// <param name="Partition">Its topic and number.</param>
/// <param name="From">When something new was last processed, or when input came after that.</param>
/// <param name="To">When something new was processed again.</param>
internal readonly record struct Pause((string Topic, int Partition) Partition, TimeSpan From, TimeSpan To)
{
    public TimeSpan Length => To - From;
}

/// <summary>What many pauses come to. Pure.</summary>
internal static class PauseStatistics
{
    /// <summary>The longest of the pauses that touch a span of time; null when there is none.</summary>
    public static Pause? Longest(IEnumerable<Pause> pauses, TimeSpan from, TimeSpan to)
    {
        Pause? longest = null;
        foreach (var pause in pauses.Where(pause => pause.To > from && pause.From < to))
        {
            if (longest is null || pause.Length > longest.Value.Length)
                longest = pause;
        }

        return longest;
    }

    /// <summary>The length that a share of the pauses which begin and end in a span of time do not exceed; null when there is none.</summary>
    /// <param name="pauses">The pauses.</param>
    /// <param name="share">0 to 1.</param>
    /// <param name="from">Begin of the span.</param>
    /// <param name="to">Its end.</param>
    public static TimeSpan? Quantile(IEnumerable<Pause> pauses, double share, TimeSpan from, TimeSpan to)
    {
        var lengths = pauses.Where(pause => pause.From >= from && pause.To <= to).Select(pause => pause.Length).Order().ToArray();
        return lengths.Length == 0 ? null : lengths[Math.Max(0, (int)Math.Ceiling(share * lengths.Length) - 1)];
    }
}
