using StreamSocial.Cli.Commands;

namespace StreamSocial.Unit.Tests.Cli.Commands;

public sealed class FeedNewsTests
{
    private readonly List<int> _feed = [];
    private int _mostOfAPage = int.MaxValue;

    /// <summary>An outage, or an author with much to say: what came in between was never shown.</summary>
    [Fact]
    public async Task Take_MoreIsNewThanOnePage_IsAllTaken()
    {
        _feed.AddRange(Enumerable.Range(1, 30));
        var news = new FeedNews(5, ReadAsync);
        Assert.Equal([26, 27, 28, 29, 30], await TakeAsync(news));
        Assert.Empty(await TakeAsync(news));

        _feed.AddRange(Enumerable.Range(31, 12));
        Assert.Equal(Enumerable.Range(31, 12), await TakeAsync(news));
        Assert.Empty(await TakeAsync(news));
    }

    [Fact]
    public async Task Take_PagesThatAreCut_AreAsManyAsAskedFor()
    {
        _feed.AddRange(Enumerable.Range(1, 30));
        _mostOfAPage = 2;
        Assert.Equal([26, 27, 28, 29, 30], await TakeAsync(new FeedNews(5, ReadAsync)));
    }

    [Fact]
    public async Task Take_OneWasTakenBack_AnOlderOneInItsPlaceIsNotNew()
    {
        _feed.AddRange(Enumerable.Range(1, 30));
        var news = new FeedNews(5, ReadAsync);
        await TakeAsync(news);
        _feed.Remove(29);
        Assert.Empty(await TakeAsync(news));
    }

    [Fact]
    public async Task Take_AFeedThatBeginsEmpty_ShowsWhatComes()
    {
        var news = new FeedNews(2, ReadAsync);
        Assert.Empty(await TakeAsync(news));
        _feed.AddRange([1, 2, 3]);
        Assert.Equal([1, 2, 3], await TakeAsync(news));
    }

    private static async Task<IEnumerable<int>> TakeAsync(FeedNews news) =>
        (await news.TakeAsync(TestContext.Current.CancellationToken)).Select(entry => (int)entry.OccurredAt);

    private Task<FeedPage> ReadAsync(string query, CancellationToken cancellationToken)
    {
        var values = query.Split('&').Select(part => part.Split('=')).ToDictionary(part => part[0], part => int.Parse(part[1], null));
        var left = _feed.Where(entry => entry < values.GetValueOrDefault("before", int.MaxValue)).Reverse().ToArray();
        var page = left.Take(Math.Min(values["limit"], _mostOfAPage)).Select(entry => new FeedEntry(entry, "post", "ann", $"{entry}")).ToArray();
        return Task.FromResult(new FeedPage(page, page.Length < left.Length ? $"{page[^1].OccurredAt}" : null));
    }
}
