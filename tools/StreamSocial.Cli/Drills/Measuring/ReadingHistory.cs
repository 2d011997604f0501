using StreamSocial.Cli.Verification;

namespace StreamSocial.Cli.Drills.Measuring;

/// <summary>
/// What one client saw of one feed, reading after reading, and how many readings showed an older state than the client had seen already. Without clock or I/O;
/// not thread-safe.
/// </summary>
/// <remarks>
/// A reading is older if it lacks an entry that the client had seen and that comes back in a later reading. What was taken back, and what newer entries pushed out
/// of a full feed, never comes back. An entry is lacking only where the page would have to show it: not if it is older than the last one of a page that goes on.
/// One that was lacking and then falls off the page is looked for behind the page before it is forgotten.
/// What is lost for good is found by the comparison with the reference.
/// </remarks>
internal sealed class ReadingHistory
{
    private readonly Dictionary<(string AuthorId, string ActionId), SeenEntry> _seen = [];
    private readonly HashSet<int> _backwards = [];

    /// <summary>Readings so far.</summary>
    public int Readings { get; private set; }

    /// <summary>Those among them that are known to have shown an older state.</summary>
    public int WentBackwards => _backwards.Count;

    /// <summary>Whether an entry that a reading lacked would have to show behind these, which says whether that reading was older.</summary>
    /// <param name="entries">Newest first.</param>
    public bool IsInDoubtBehind(IReadOnlyList<ReadEntry> entries) =>
        entries.LastOrDefault() is { } last && _seen.Values.Any(seen => seen.LackingReadings.Count > 0 && IsOlder(seen.Entry, last));

    /// <summary>Takes the next reading.</summary>
    /// <param name="entries">Newest first.</param>
    /// <param name="isWhole">Whether the feed has no entries behind them.</param>
    /// <param name="behind">Entries behind them that were read because of <see cref="IsInDoubtBehind"/>.</param>
    public void Add(IReadOnlyList<ReadEntry> entries, bool isWhole, IReadOnlyList<ReadEntry>? behind = null)
    {
        Readings++;
        var shown = new HashSet<(string, string)>();
        foreach (var entry in entries)
        {
            var id = (entry.AuthorId, entry.ActionId);
            shown.Add(id);
            if (!_seen.TryGetValue(id, out var seen))
                _seen.Add(id, new SeenEntry(entry));
            else
                _backwards.UnionWith(seen.TakeLackingReadings());
        }

        foreach (var entry in behind ?? [])
        {
            if (_seen.TryGetValue((entry.AuthorId, entry.ActionId), out var seen))
                _backwards.UnionWith(seen.TakeLackingReadings());
        }

        var last = isWhole ? null : entries.LastOrDefault();
        foreach (var (id, seen) in _seen)
        {
            if (shown.Contains(id))
                continue;
            if (last is null || !IsOlder(seen.Entry, last))
                seen.LackingReadings.Add(Readings);
            else
                _seen.Remove(id);
        }
    }

    /// <summary>Whether an entry stands behind another one in a feed: by time, then action id, then author.</summary>
    private static bool IsOlder(ReadEntry entry, ReadEntry other)
    {
        var order = entry.OccurredAt.CompareTo(other.OccurredAt);
        if (order == 0)
            order = string.CompareOrdinal(entry.ActionId, other.ActionId);
        return (order != 0 ? order : string.CompareOrdinal(entry.AuthorId, other.AuthorId)) < 0;
    }

    /// <summary>An entry that the client has seen, and the readings since that lacked it.</summary>
    private sealed class SeenEntry(ReadEntry entry)
    {
        public ReadEntry Entry => entry;

        public List<int> LackingReadings { get; private set; } = [];

        public List<int> TakeLackingReadings()
        {
            var lacking = LackingReadings;
            LackingReadings = [];
            return lacking;
        }
    }
}
