namespace StreamSocial.Streams.Auditing;

/// <summary>One edge as its receiver sees it.</summary>
internal sealed class IncomingEdge(string source)
{
    private List<(long First, long Last)>? _gaps;

    public string Source { get; } = source;

    /// <summary>Highest number applied; 0 before the first.</summary>
    public long Last { get; set; }

    /// <summary>Notes numbers that were skipped; the oldest note goes when there are too many.</summary>
    public void RememberGap(long first, long last, int capacity)
    {
        _gaps ??= [];
        while (_gaps.Count >= capacity)
            _gaps.RemoveAt(0);
        _gaps.Add((first, last));
    }

    /// <summary>Counts the numbers in the range that had been skipped, and forgets them.</summary>
    public int TakeFromGaps(long first, long last)
    {
        if (_gaps is null)
            return 0;
        var taken = 0L;
        for (var i = _gaps.Count - 1; i >= 0; i--)
        {
            var gap = _gaps[i];
            var from = Math.Max(gap.First, first);
            var to = Math.Min(gap.Last, last);
            if (from > to)
                continue;
            taken += to - from + 1;
            _gaps.RemoveAt(i);
            if (gap.First < from)
                _gaps.Add((gap.First, from - 1));
            if (to < gap.Last)
                _gaps.Add((to + 1, gap.Last));
        }
        return (int)taken;
    }
}
