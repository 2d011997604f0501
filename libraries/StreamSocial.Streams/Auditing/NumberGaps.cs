namespace StreamSocial.Streams.Auditing;

/// <summary>The ranges of numbers that are missing on an edge, to tell a late entry from a repeat.</summary>
internal sealed class NumberGaps
{
    private const int MostRanges = 16;

    private readonly List<(long First, long Last)> _ranges = [];

    /// <summary>Remembers skipped numbers; forgets the oldest range when there are too many.</summary>
    public void Remember(long first, long last)
    {
        while (_ranges.Count >= MostRanges)
            _ranges.RemoveAt(0);
        _ranges.Add((first, last));
    }

    /// <summary>Counts the numbers in the range that were skipped before, and forgets them.</summary>
    public int Take(long first, long last)
    {
        var taken = 0L;
        for (var i = _ranges.Count - 1; i >= 0; i--)
        {
            var gap = _ranges[i];
            var from = Math.Max(gap.First, first);
            var to = Math.Min(gap.Last, last);
            if (from > to)
                continue;
            taken += to - from + 1;
            _ranges.RemoveAt(i);
            if (gap.First < from)
                _ranges.Add((gap.First, from - 1));
            if (to < gap.Last)
                _ranges.Add((to + 1, gap.Last));
        }
        return (int)taken;
    }
}
