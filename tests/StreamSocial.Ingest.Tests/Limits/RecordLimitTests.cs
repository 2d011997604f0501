using System.Net;
using System.Text.Json;
using StreamSocial.Events;
using StreamSocial.Kafka.Limits;

namespace StreamSocial.Ingest.Tests.Limits;

/// <summary>No legal request ends ingest, and one whose record no topic would take is refused before it is accepted.</summary>
public sealed class RecordLimitTests
{
    private const string Emoji = "\U0001F600";

    [Fact]
    public async Task Post_RecordLargerThanTheClusterTakes_413NamesTheField()
    {
        await using var host = await IngestHost.StartAsync("Kafka:Client:message.max.bytes=131072", "Ingest:MaxTextChars=100000");
        var text = string.Concat(Enumerable.Repeat(Emoji, 30_000));

        using var response = await host.PostActionsAsync(new { type = "post", userId = "ann", text = "short" }, new { type = "post", userId = "ann", text });

        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, response.StatusCode);
        using var problem = JsonDocument.Parse(await response.Content.ReadAsStringAsync());
        Assert.Equal("record_too_large", problem.RootElement.GetProperty("reason").GetString());
        Assert.Equal("[1].text", problem.RootElement.GetProperty("field").GetString());
        Assert.Contains($"{new RecordLimit(131_072).MaxAcceptedBytes}", problem.RootElement.GetProperty("detail").GetString(), StringComparison.Ordinal);
        Assert.Empty(TopicReader.ReadAll(host, TopicNames.UserActions));
    }

    /// <summary>Every field at the maximum of its documented range, in code points of four bytes.</summary>
    [Theory]
    [InlineData(RecordLimit.SmallestBytes)]
    [InlineData(RecordLimit.ClientDefaultBytes)]
    public async Task Post_LargestValuesOfEveryOption_IsAcceptedOrRefusedButNeverEndsIngest(int maxRecordBytes)
    {
        await using var host = await IngestHost.StartAsync($"Kafka:Client:message.max.bytes={maxRecordBytes}", "Ingest:MaxTextChars=100000", "Ingest:MaxBodyBytes=67108864");
        foreach (var (i, chars) in new[] { 20_000, 22_000, 22_100, 22_200, 23_000, 24_000, 100_000 }.Index())
        {
            using var response = await host.PostActionsAsync(new
            {
                type = "post",
                actionId = Id(100 + i),
                userId = Id(2),
                contentId = Id(3),
                contentAuthorId = Id(4),
                mentionedUserIds = Enumerable.Range(10, 50).Select(Id),
                text = string.Concat(Enumerable.Repeat(Emoji, chars)),
            });
            Assert.True(response.StatusCode is HttpStatusCode.Accepted or HttpStatusCode.RequestEntityTooLarge, $"{chars} characters: {response.StatusCode}");
        }

        await AssertTakesAsync(host);
    }

    [Fact]
    public async Task Post_MentionsGivenOftenInOneObject_400AndIngestGoesOn()
    {
        await using var host = await IngestHost.StartAsync();
        var mentions = $"\"mentionedUserIds\":[{string.Join(',', Enumerable.Range(0, 50).Select(i => $"\"{Id(i)}\""))}]";

        using var response = await host.PostAsync("/v1/actions", $$"""{"type":"post","userId":"ann",{{string.Join(',', Enumerable.Repeat(mentions, 120))}}}""");

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        using var problem = JsonDocument.Parse(await response.Content.ReadAsStringAsync());
        Assert.Equal("is given more than once", problem.RootElement.GetProperty("errors").GetProperty("mentionedUserIds")[0].GetString());
        await AssertTakesAsync(host);
    }

    [Theory]
    [InlineData("/v1/actions", """{"type":"like","userId":"a","userId":"b","contentId":"c"}""", "userId")]
    [InlineData("/v1/actions", """[{"type":"like","userId":"a","contentId":"c"},{"type":"like","type":"like","userId":"a","contentId":"c"}]""", "[1].type")]
    [InlineData("/v1/actions", """{"type":"like","userId":"a","contentId":"c","new":1,"new":2}""", "new")]
    [InlineData("/v1/interactions", """{"type":"view","userId":"a","contentId":"c","contentId":"d"}""", "contentId")]
    public async Task Post_PropertyGivenTwice_400NamesIt(string path, string json, string field)
    {
        await using var host = await IngestHost.StartAsync();

        using var response = await host.PostAsync(path, json);

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        using var problem = JsonDocument.Parse(await response.Content.ReadAsStringAsync());
        Assert.Equal(field, Assert.Single(problem.RootElement.GetProperty("errors").EnumerateObject()).Name);
    }

    [Fact]
    public async Task Post_SameUserMentionedOften_IsMentionedOnce()
    {
        await using var host = await IngestHost.StartAsync();

        using var response = await host.PostActionsAsync(
            new { type = "post", userId = "ann", contentId = "c", mentionedUserIds = Enumerable.Repeat("bob", 200).Prepend("cy").Append("cy") });

        Assert.Equal(HttpStatusCode.Accepted, response.StatusCode);
        var action = UserAction.Parser.ParseFrom(Assert.Single(TopicReader.ReadAll(host, TopicNames.UserActions)).Message.Value);
        Assert.Equal(["cy", "bob"], action.MentionedUserIds);
    }

    private static async Task AssertTakesAsync(IngestHost host)
    {
        using var next = await host.PostActionsAsync(new { type = "like", userId = "ann", contentId = "c" });
        Assert.Equal(HttpStatusCode.Accepted, next.StatusCode);
        using var health = await host.Client.GetAsync("/health");
        Assert.Equal(HttpStatusCode.OK, health.StatusCode);
    }

    private static string Id(int number) => $"{number:D4}{string.Concat(Enumerable.Repeat(Emoji, IdRule.MaxChars - 4))}";
}
