namespace StreamSocial.Cli.Verification;

/// <summary>Adds up how everything that was read back compares. Not thread-safe.</summary>
internal sealed class ReadBackTotals
{
    private const int ExamplesKept = 5;
    private readonly List<string> _examples = [];

    public long FeedsCompared { get; private set; }

    public long EntriesCompared { get; private set; }

    public long CountersCompared { get; private set; }

    public long Lost { get; private set; }

    public long Duplicated { get; private set; }

    public long Misordered { get; private set; }

    /// <summary>Entries in feeds where they should not be.</summary>
    public long Unexpected { get; private set; }

    public long DifferingFeeds { get; private set; }

    public long DifferingCounters { get; private set; }

    /// <summary>The first differences, for a person to look into.</summary>
    public IReadOnlyList<string> Examples => _examples;

    public void AddFeed(string user, IReadOnlyList<ReferenceEntry> expected, IReadOnlyList<ReadEntry> actual)
    {
        FeedsCompared++;
        EntriesCompared += expected.Count;
        var difference = FeedComparison.Compare(expected, actual);
        if (difference.IsNone)
            return;

        DifferingFeeds++;
        Lost += difference.Lost;
        Duplicated += difference.Duplicated;
        Misordered += difference.Misordered;
        Unexpected += difference.Unexpected;
        AddExample($"feed of {user}: {difference} ({expected.Count} entries expected, {actual.Count} read)");
    }

    /// <summary>A count too few is a loss and one too many a repeat, which a feed, holding each action once, would hide.</summary>
    public void AddCounters(string contentId, in ContentCounts expected, in ContentCounts actual)
    {
        CountersCompared++;
        if (expected == actual)
            return;

        DifferingCounters++;
        Lost += actual.MissingFrom(expected);
        Duplicated += expected.MissingFrom(actual);
        AddExample($"counters of {contentId}: expected {expected}, read {actual}");
    }

    private void AddExample(string example)
    {
        if (_examples.Count < ExamplesKept)
            _examples.Add(example);
    }
}
