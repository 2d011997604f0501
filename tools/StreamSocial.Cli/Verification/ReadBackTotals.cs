namespace StreamSocial.Cli.Verification;

/// <summary>Adds up how everything that was read back compares. Not thread-safe.</summary>
internal sealed class ReadBackTotals
{
    private const int ExamplesKept = 5;
    private readonly List<string> _examples = [];

    public long FeedsCompared { get; private set; }

    public long EntriesCompared { get; private set; }

    public long CountersCompared { get; private set; }

    /// <summary>Those among them that are sums over several partitions, because the content was hot.</summary>
    public long MergedCounters { get; private set; }

    public long Lost { get; private set; }

    public long Duplicated { get; private set; }

    public long Misordered { get; private set; }

    /// <summary>Entries in feeds where they should not be.</summary>
    public long Unexpected { get; private set; }

    public long DifferingFeeds { get; private set; }

    public long DifferingCounters { get; private set; }

    /// <summary>Users whose notifications were compared.</summary>
    public long NotifiedUsersCompared { get; private set; }

    /// <summary>Those among them whose notifications differ.</summary>
    public long DifferingNotifications { get; private set; }

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
    /// <param name="where">What was read.</param>
    /// <param name="expected">The reference.</param>
    /// <param name="actual">What was read.</param>
    public void AddCounters(string where, in ContentCounts expected, ReadCounters actual)
    {
        CountersCompared++;
        if (actual.Partitions > 1)
            MergedCounters++;
        if (expected == actual.Counts)
            return;

        DifferingCounters++;
        Lost += actual.Counts.MissingFrom(expected);
        Duplicated += expected.MissingFrom(actual.Counts);
        AddExample($"{where} of {actual.ContentId}: expected {expected}, read {actual.Counts} in {actual.Partitions} partitions");
    }

    /// <summary>The contents that trend, and their counters.</summary>
    public void AddTrend(ReferenceModel reference, ReadTrend actual)
    {
        foreach (var (_, counters) in actual.Contents)
            AddCounters("trend", reference.Counters.GetValueOrDefault(counters.ContentId), counters);
        foreach (var difference in TrendComparison.Compare(reference.Weights, ReferenceModel.TrendingContents, actual))
        {
            DifferingCounters++;
            AddExample($"trend: {difference}");
        }
    }

    public void AddNotifications(string user, ReferenceModel reference, ReadNotifications actual)
    {
        NotifiedUsersCompared++;
        var expected = reference.NotificationsOf(user);
        var difference = NotificationComparison.Compare(expected, reference.ReadUpToOf(user), ReferenceModel.NotificationCapacity, actual);
        if (difference.IsNone)
            return;

        DifferingNotifications++;
        Lost += difference.Lost;
        Duplicated += difference.Duplicated;
        Misordered += difference.Misordered;
        Unexpected += difference.Unexpected;
        AddExample($"notifications of {user}: {difference} ({expected.Count} expected, {actual.Notifications.Count} read)");
    }

    private void AddExample(string example)
    {
        if (_examples.Count < ExamplesKept)
            _examples.Add(example);
    }
}
