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

    private static IEnumerable<string> IdsIn(IngestHost host) =>
        TopicReader.ReadAll(host, TopicNames.UserActions).Select(record => UserAction.Parser.ParseFrom(record.Message.Value).ActionId);
}
