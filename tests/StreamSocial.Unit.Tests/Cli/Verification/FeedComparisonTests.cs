using StreamSocial.Cli.Verification;
using StreamSocial.Events;

namespace StreamSocial.Unit.Tests.Cli.Verification;

/// <summary>Checks that the comparison finds every kind of defect.</summary>
public sealed class FeedComparisonTests
{
    private static readonly List<ReferenceEntry> Expected =
        [.. Enumerable.Range(1, 10).Reverse().Select(i => new ReferenceEntry(i, $"a{i:00}", ActionType.Post, i % 2 == 0 ? "x" : "y", $"c{i}", "", i * 1000))];

    [Fact]
    public void Compare_SameEntries_NoDifference() => Assert.True(Compare(_ => { }).IsNone);

    [Fact]
    public void Compare_EntryDropped_Lost() => Assert.Equal(FeedDifference.None with { Lost = 1 }, Compare(feed => feed.RemoveAt(4)));

    [Fact]
    public void Compare_EntryTwice_Duplicated() => Assert.Equal(FeedDifference.None with { Duplicated = 1 }, Compare(feed => feed.Insert(4, feed[4])));

    [Fact]
    public void Compare_EntriesOfOneAuthorArrivedSwapped_Misordered() => Assert.Equal(
        FeedDifference.None with { Misordered = 1 },
        Compare(feed => (feed[2], feed[4]) = (feed[2] with { Arrival = feed[4].Arrival }, feed[4] with { Arrival = feed[2].Arrival })));

    [Fact]
    public void Compare_EntriesOfTwoAuthorsArrivedSwapped_NoDifference() => Assert.True(
        Compare(feed => (feed[2], feed[3]) = (feed[2] with { Arrival = feed[3].Arrival }, feed[3] with { Arrival = feed[2].Arrival })).IsNone);

    [Fact]
    public void Compare_EntriesStandSwapped_Displaced() =>
        Assert.Equal(FeedDifference.None with { Displaced = true }, Compare(feed => (feed[2], feed[3]) = (feed[3], feed[2])));

    [Fact]
    public void Compare_EntryOfSomeoneNotFollowed_Unexpected() =>
        Assert.Equal(FeedDifference.None with { Unexpected = 1 }, Compare(feed => feed.Insert(0, feed[0] with { AuthorId = "stranger" })));

    [Fact]
    public void Compare_OtherContents_Wrong()
    {
        Assert.Equal(FeedDifference.None with { Wrong = 1 }, Compare(feed => feed[3] = feed[3] with { Text = "changed" }));
        Assert.Equal(FeedDifference.None with { Wrong = 1 }, Compare(feed => feed[3] = feed[3] with { ContentId = "changed" }));
        Assert.Equal(FeedDifference.None with { Wrong = 1 }, Compare(feed => feed[3] = feed[3] with { Type = "like" }));
        Assert.Equal(FeedDifference.None with { Wrong = 1 }, Compare(feed => feed[3] = feed[3] with { OccurredAt = 1 }));
    }

    [Fact]
    public void Tally_CountersDiffer_CountsTooFewAsLostAndTooManyAsDuplicated()
    {
        var totals = new ReadBackTotals();

        totals.AddCounters("counters", new(0, 0, 0, 0, 1, 5), new("same", new(0, 0, 0, 0, 1, 5), Partitions: 4));
        totals.AddCounters("counters", new(0, 0, 0, 0, 1, 5), new("fewer", new(0, 0, 0, 0, 1, 3), Partitions: 1));
        totals.AddCounters("trend", new(0, 0, 0, 0, 1, 5), new("more", new(0, 0, 0, 0, 2, 5), Partitions: 1));

        Assert.Equal((3, 1), (totals.CountersCompared, totals.MergedCounters));
        Assert.Equal((2, 2, 1), (totals.DifferingCounters, totals.Lost, totals.Duplicated));
        Assert.Equal(2, totals.Examples.Count);
    }

    [Fact]
    public void Tally_FeedDiffers_AddsUp()
    {
        var totals = new ReadBackTotals();

        totals.AddFeed("right", Expected, Read());
        totals.AddFeed("empty", Expected, []);

        Assert.Equal((2, 1, 10, 20), (totals.FeedsCompared, totals.DifferingFeeds, totals.Lost, totals.EntriesCompared));
    }

    private static FeedDifference Compare(Action<List<ReadEntry>> defect)
    {
        var actual = Read();
        defect(actual);
        return FeedComparison.Compare(Expected, actual);
    }

    private static List<ReadEntry> Read() =>
        [.. Expected.Select(entry => new ReadEntry(entry.ActionId, "post", entry.AuthorId, entry.ContentId, entry.Text, entry.OccurredAt, entry.Sequence))];
}
