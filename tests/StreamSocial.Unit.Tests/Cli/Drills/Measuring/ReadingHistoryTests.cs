using StreamSocial.Cli.Drills.Measuring;
using StreamSocial.Cli.Verification;

namespace StreamSocial.Unit.Tests.Cli.Drills.Measuring;

public sealed class ReadingHistoryTests
{
    private readonly ReadingHistory _history = new();

    [Fact]
    public void Add_FeedThatGrows_NeverGoesBackwards()
    {
        Read(1);
        Read(1, 2);
        Read(1, 2);
        Read(1, 2, 3, 4);
        Assert.Equal((4, 0), (_history.Readings, _history.WentBackwards));
    }

    [Fact]
    public void Add_EntriesThatGoAndComeBack_CountsEachReadingWithoutThemOnce()
    {
        Read(1, 2, 3);
        Read(1);
        Read(1, 2);
        Assert.Equal(1, _history.WentBackwards);
        Read(1, 2, 3);
        Assert.Equal(2, _history.WentBackwards);
    }

    [Fact]
    public void Add_EmptyFeedAfterEntries_GoesBackwards()
    {
        Read(1, 2);
        Read();
        Read(1, 2);
        Assert.Equal(1, _history.WentBackwards);
    }

    [Fact]
    public void Add_EntryThatNeverComesBack_WasTakenBack()
    {
        Read(1, 2, 3);
        Read(1, 3);
        Read(1, 3, 4);
        Assert.Equal(0, _history.WentBackwards);
    }

    [Fact]
    public void Add_EntriesThatFallOffThePage_AreNotLacking()
    {
        ReadPage(1, 2);
        ReadPage(3, 4);
        // Two of the newer ones were taken back, so that the page reaches further again.
        ReadPage(1, 2);
        Assert.Equal(0, _history.WentBackwards);
    }

    [Fact]
    public void Add_OlderStateOnAPageThatGoesOn_GoesBackwards()
    {
        ReadPage(2, 3);
        ReadPage(1, 2);
        ReadPage(3, 4);
        Assert.Equal(1, _history.WentBackwards);
    }

    /// <summary>A new owner answers from its checkpoint, and has more than a page of newer entries by the next reading.</summary>
    [Theory]
    [InlineData(1, 2, 3)]
    [InlineData(0, 1, 2)]
    public void Add_LackingEntryFallsOffThePage_IsLookedForBehindIt(int expected, params int[] behind)
    {
        ReadPage(2, 3);
        ReadPage(1, 2);
        Assert.True(_history.IsInDoubtBehind(Entries(4, 5)));
        _history.Add(Entries(4, 5), isWhole: false, Entries(behind));
        Assert.Equal(expected, _history.WentBackwards);
        Assert.False(_history.IsInDoubtBehind(Entries(6, 7)));
    }

    [Fact]
    public void IsInDoubtBehind_NothingWasLacking_IsFalse()
    {
        ReadPage(2, 3);
        Assert.False(_history.IsInDoubtBehind(Entries(4, 5)));
        Assert.False(_history.IsInDoubtBehind([]));
    }

    [Fact]
    public void Add_ActionsOfTwoAuthorsWithTheSameId_AreTwoEntries()
    {
        _history.Add([Entry(1, "a"), Entry(1, "b")], isWhole: true);
        _history.Add([Entry(1, "b")], isWhole: true);
        _history.Add([Entry(1, "a"), Entry(1, "b")], isWhole: true);
        Assert.Equal(1, _history.WentBackwards);
    }

    private void Read(params int[] oldestFirst) => _history.Add(Entries(oldestFirst), isWhole: true);

    private void ReadPage(params int[] oldestFirst) => _history.Add(Entries(oldestFirst), isWhole: false);

    private static IReadOnlyList<ReadEntry> Entries(params int[] oldestFirst) => [.. oldestFirst.Reverse().Select(number => Entry(number))];

    private static ReadEntry Entry(int number, string author = "a") => new($"action-{number}", "post", author, "c", "", number, number);
}
