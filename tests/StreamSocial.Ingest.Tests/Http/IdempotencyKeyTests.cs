using System.Globalization;
using System.Net;
using StreamSocial.Events;

namespace StreamSocial.Ingest.Tests.Http;

public class IdempotencyKeyTests
{
    [Theory]
    [InlineData("k1", "k1")]
    [InlineData("\"k1\"", "k1")]
    public async Task Post_OneEntryWithKey_KeyIsItsId(string header, string expected)
    {
        await using var host = await IngestHost.StartAsync();

        using var response = await host.PostAsync("/v1/actions", """{"type":"like","userId":"ann","contentId":"c"}""", ("Idempotency-Key", header));

        Assert.Equal("""{"accepted":1}""", await response.Content.ReadAsStringAsync());
        Assert.Equal([expected], IdsIn(host));
    }

    [Fact]
    public async Task Post_ArrayWithKey_IdsAreKeyAndIndexAndOwnIdsStay()
    {
        await using var host = await IngestHost.StartAsync();

        using var response = await host.PostAsync("/v1/actions", """
            [{"type":"like","userId":"ann","contentId":"c"},{"actionId":"own","type":"like","userId":"ann","contentId":"c"},{"type":"like","userId":"ann","contentId":"c"}]
            """, ("Idempotency-Key", "k"));

        Assert.Equal(HttpStatusCode.Accepted, response.StatusCode);
        Assert.Equal(["k/0", "own", "k/2"], IdsIn(host));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("k")]
    public async Task Post_ArrayWithoutTimes_EntriesHaveTheOrderOfFeeds(string? key)
    {
        await using var host = await IngestHost.StartAsync();
        var thread = $"[{string.Join(',', Enumerable.Range(0, 13).Select(i => string.Create(CultureInfo.InvariantCulture, $$"""{"type":"post","userId":"ann","text":"{{i}}"}""")))}]";

        using var response = await host.PostAsync("/v1/actions", thread, key is null ? [] : [("Idempotency-Key", key)]);

        Assert.Equal(HttpStatusCode.Accepted, response.StatusCode);
        var posts = TopicReader.ReadAll(host, TopicNames.UserActions).Select(record => UserAction.Parser.ParseFrom(record.Message.Value)).ToList();
        Assert.Single(posts.Select(post => post.OccurredAt).Distinct());
        Assert.Equal(
            Enumerable.Range(0, 13).Select(i => i.ToString(CultureInfo.InvariantCulture)),
            posts.OrderBy(post => post.ActionId, StringComparer.Ordinal).Select(post => post.Text));
    }

    [Fact]
    public async Task Post_RepeatedArrayWithKey_SameIds()
    {
        await using var host = await IngestHost.StartAsync();
        var posts = $"[{string.Join(',', Enumerable.Repeat("""{"type":"post","userId":"ann","text":"hi"}""", 12))}]";

        using var first = await host.PostAsync("/v1/actions", posts, ("Idempotency-Key", "k"));
        using var second = await host.PostAsync("/v1/actions", posts, ("Idempotency-Key", "k"));

        var ids = Enumerable.Range(0, 12).Select(i => string.Create(CultureInfo.InvariantCulture, $"k/{i:00}")).ToList();
        Assert.Equal([.. ids, .. ids], IdsIn(host));
    }

    [Fact]
    public async Task Post_RepeatedPostWithKey_SameContentId()
    {
        await using var host = await IngestHost.StartAsync();
        const string Post = """{"type":"post","userId":"ann","text":"hi"}""";

        using var first = await host.PostAsync("/v1/actions", Post, ("Idempotency-Key", "k"));
        using var second = await host.PostAsync("/v1/actions", Post, ("Idempotency-Key", "k"));

        Assert.Contains("contentIds", await first.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Equal(await first.Content.ReadAsStringAsync(), await second.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task Post_KeyTooLongForIndex_400()
    {
        await using var host = await IngestHost.StartAsync();
        const string Like = """{"type":"like","userId":"ann","contentId":"c"}""";
        var key = new string('k', 64);

        using var one = await host.PostAsync("/v1/actions", Like, ("Idempotency-Key", key));
        using var two = await host.PostAsync("/v1/actions", $"[{Like},{Like}]", ("Idempotency-Key", key));

        Assert.Equal((HttpStatusCode.Accepted, HttpStatusCode.BadRequest), (one.StatusCode, two.StatusCode));
        Assert.Contains("Idempotency-Key", await two.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Post_OneIdForTwoThingsInOneRequest_422AndNothingIsWritten()
    {
        await using var host = await IngestHost.StartAsync();

        using var refused = await host.PostAsync(
            "/v1/actions", """[{"type":"post","userId":"ann","actionId":"x","text":"1"},{"type":"post","userId":"ann","actionId":"x","text":"2"}]""");

        Assert.Equal(HttpStatusCode.UnprocessableEntity, refused.StatusCode);
        Assert.Contains("[1].actionId", await refused.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Empty(IdsIn(host));
    }

    [Fact]
    public async Task Post_KeyComesAgainWithMoreEntries_422()
    {
        await using var host = await IngestHost.StartAsync();
        const string Like = """{"type":"like","userId":"ann","contentId":"c"}""";

        using var first = await host.PostAsync("/v1/actions", Like, ("Idempotency-Key", "k"));
        using var more = await host.PostAsync("/v1/actions", $"[{Like},{Like}]", ("Idempotency-Key", "k"));
        using var own = await host.PostAsync("/v1/actions", Like.Replace("{", "{\"actionId\":\"own\",", StringComparison.Ordinal).Replace("\"c\"", "\"d\"", StringComparison.Ordinal), ("Idempotency-Key", "k"));

        Assert.Equal((HttpStatusCode.Accepted, HttpStatusCode.UnprocessableEntity, HttpStatusCode.UnprocessableEntity), (first.StatusCode, more.StatusCode, own.StatusCode));
        Assert.Equal(["k"], IdsIn(host));
    }

    [Fact]
    public async Task Post_TwoRequestsAtOnceGiveAnIdToDifferentThings_OneIsRefused()
    {
        await using var host = await IngestHost.StartAsync();

        var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(i =>
            host.PostAsync("/v1/actions", $$"""{"type":"post","userId":"ann","actionId":"x","text":"{{i}}"}""")));

        Assert.Equal([HttpStatusCode.Accepted], answers.Select(answer => answer.StatusCode).Where(status => status != HttpStatusCode.UnprocessableEntity));
        Assert.Equal(["x"], IdsIn(host));
    }

    [Theory]
    [InlineData("/v1/actions", "actionId", """{"type":"like","userId":"ann","contentId":"c"}""", """{"type":"like","userId":"ann","contentId":"d"}""")]
    [InlineData("/v1/interactions", "interactionId", """{"type":"view","userId":"ann","contentId":"c"}""", """{"type":"click","userId":"ann","contentId":"c"}""")]
    public async Task Post_KeyComesAgainWithAnotherBody_422AndNothingIsWritten(string path, string field, string body, string other)
    {
        await using var host = await IngestHost.StartAsync();

        using var first = await host.PostAsync(path, body, ("Idempotency-Key", "k"));
        using var refused = await host.PostAsync(path, other, ("Idempotency-Key", "k"));
        using var repeat = await host.PostAsync(path, body.Replace("}", ",\"occurredAt\":\"2012-07-01T00:00:00Z\"}", StringComparison.Ordinal), ("Idempotency-Key", "k"));
        using var ofAnother = await host.PostAsync(path, other.Replace("ann", "bob", StringComparison.Ordinal), ("Idempotency-Key", "k"));

        Assert.Equal(HttpStatusCode.UnprocessableEntity, refused.StatusCode);
        Assert.Equal("application/problem+json", refused.Content.Headers.ContentType?.MediaType);
        var problem = await refused.Content.ReadAsStringAsync();
        Assert.Contains("\"reason\":\"id_reused\"", problem, StringComparison.Ordinal);
        Assert.Contains(field, problem, StringComparison.Ordinal);
        Assert.All([first, repeat, ofAnother], response => Assert.Equal(HttpStatusCode.Accepted, response.StatusCode));
        Assert.Equal(3, TopicReader.ReadAll(host, path == "/v1/actions" ? TopicNames.UserActions : TopicNames.ContentInteractions).Count);
    }

    [Fact]
    public async Task Post_MoreIdsThanAreRemembered_TheOldestMayComeAgain()
    {
        await using var host = await IngestHost.StartAsync("Ingest:RememberedIds=2");
        foreach (var id in new[] { "1", "2", "3" })
            (await host.PostAsync("/v1/actions", $$"""{"actionId":"{{id}}","type":"like","userId":"ann","contentId":"c"}""")).Dispose();

        using var forgotten = await host.PostAsync("/v1/actions", """{"actionId":"1","type":"like","userId":"ann","contentId":"d"}""");
        using var remembered = await host.PostAsync("/v1/actions", """[{"type":"post","userId":"ann"},{"actionId":"3","type":"like","userId":"ann","contentId":"d"}]""");

        Assert.Equal((HttpStatusCode.Accepted, HttpStatusCode.UnprocessableEntity), (forgotten.StatusCode, remembered.StatusCode));
        Assert.Contains("[1].actionId", await remembered.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    private static IEnumerable<string> IdsIn(IngestHost host) =>
        TopicReader.ReadAll(host, TopicNames.UserActions).Select(record => UserAction.Parser.ParseFrom(record.Message.Value).ActionId);
}
