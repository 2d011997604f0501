using System.Globalization;
using System.IO.Compression;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using StreamSocial.Events;

namespace StreamSocial.Ingest.Tests.Http;

/// <summary>Requests that are right, however they are written.</summary>
public class GoodRequestTests
{
    [Theory]
    [InlineData("2026-07-01T09:30:00Z", 1782898200000)]
    [InlineData("2026-07-01t09:30:00z", 1782898200000)]
    [InlineData("2026-07-01T11:30:00+02:00", 1782898200000)]
    [InlineData("2026-07-01T11:30:00\\u002B02:00", 1782898200000)]
    [InlineData("\\u0032026-07-01T09:30:00.25-00:00", 1782898200250)]
    [InlineData("2026-07-01T09:30:00.123456789012345Z", 1782898200123)]
    [InlineData("2016-12-31T23:59:60Z", 1483228800000)]
    [InlineData("2026-07-02T08:30:00+23:00", 1782898200000)]
    public async Task OccurredAt_TimeOfRfc3339_IsTaken(string time, long expected)
    {
        await using var host = await IngestHost.StartAsync();

        using var response = await host.PostAsync("/v1/actions", $$"""{"type":"like","userId":"ann","contentId":"c","occurredAt":"{{time}}"}""");

        Assert.Equal(HttpStatusCode.Accepted, response.StatusCode);
        Assert.Equal(expected, UserAction.Parser.ParseFrom(Assert.Single(TopicReader.ReadAll(host, TopicNames.UserActions)).Message.Value).OccurredAt);
    }

    [Fact]
    public async Task OccurredAt_NoTimeOfRfc3339_400()
    {
        await using var host = await IngestHost.StartAsync();
        string[] times =
        [
            "2026-07-01", "2026-07-01T09:30Z", "2026-07-01T09:30:00", "2026-07-01 09:30:00Z", "2026-07-01T09:30:00.Z", "2026-02-29T00:00:00Z", "2026-07-01T24:00:00Z",
            "2026-07-01T09:30:60Z", "2026-07-01T09:30:00+0200", "2026-07-01T09:30:00+02:60", "2026-07-01T09:30:00+24:00", "0000-01-01T00:00:00Z", "1969-12-31T23:59:59Z", "2026-07-01T09:30:00ZZ", "",
        ];

        foreach (var time in times)
        {
            using var response = await host.PostAsync("/v1/actions", $$"""{"type":"like","userId":"ann","contentId":"c","occurredAt":"{{time}}"}""");
            Assert.True(response.StatusCode == HttpStatusCode.BadRequest, $"{time} is answered {(int)response.StatusCode}.");
            Assert.Contains("RFC 3339", await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("text/plain;charset=UTF-8", """{"type":"view","userId":"ann","contentId":"c 1"}""")]
    [InlineData("application/x-www-form-urlencoded;charset=UTF-8", "type=view&userId=ann&contentId=c+1")]
    [InlineData("multipart/form-data; boundary=----x", "------x\r\nContent-Disposition: form-data; name=\"type\"\r\n\r\nview\r\n------x\r\nContent-Disposition: form-data; name=\"userId\"\r\n\r\nann\r\n------x\r\nContent-Disposition: form-data; name=\"contentId\"\r\n\r\nc 1\r\n------x--\r\n")]
    [InlineData("application/json", """[{"type":"view","userId":"ann","contentId":"c 1"}]""")]
    public async Task Interactions_SentByBeacon_AreTaken(string contentType, string body)
    {
        await using var host = await IngestHost.StartAsync();

        using var response = await SendAsync(host, "/v1/interactions", Encoding.UTF8.GetBytes(body), contentType);

        Assert.Equal(HttpStatusCode.Accepted, response.StatusCode);
        var interaction = ContentInteraction.Parser.ParseFrom(Assert.Single(TopicReader.ReadAll(host, TopicNames.ContentInteractions)).Message.Value);
        Assert.Equal((InteractionType.View, "ann", "c 1"), (interaction.Type, interaction.UserId, interaction.ContentId));
    }

    [Theory]
    [InlineData("type=view&userId=ann&contentId=c&userId=bob", "is given more than once")]
    [InlineData("type=view&userId=ann", "contentId")]
    [InlineData("", "type")]
    public async Task Interactions_BadForm_400NamesTheField(string form, string named)
    {
        await using var host = await IngestHost.StartAsync();

        using var response = await SendAsync(host, "/v1/interactions", Encoding.UTF8.GetBytes(form), "application/x-www-form-urlencoded");

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Contains(named, await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("multipart/form-data", "x", "boundary")]
    [InlineData("multipart/form-data; boundary=x", "--x\r\nContent-Disposition: form-data; name=\"type\"\r\n\r\nview", "separates")]
    [InlineData("multipart/form-data; boundary=x", "--x\r\nContent-Disposition: form-data; name=\"type\"; filename=\"f\"\r\n\r\nview\r\n--x--\r\n", "text only")]
    [InlineData("multipart/form-data; boundary=x", "--x\r\n\r\nview\r\n--x--\r\n", "text only")]
    [InlineData("multipart/form-data; boundary=x", "--x\r\nContent-Disposition: form-data; name=\"userId\"\r\n\r\n\u00ff\r\n--x--\r\n", "UTF-8")]
    [InlineData("application/x-www-form-urlencoded", "userId=\u00ff", "UTF-8")]
    [InlineData("application/x-www-form-urlencoded", "type=view&contentId=c&userId=J%FCrgen", "UTF-8")]
    [InlineData("application/x-www-form-urlencoded", "type=view&contentId=c&userId=%ED%A0%80", "UTF-8")]
    public async Task Interactions_BodyIsNoForm_400SaysWhy(string contentType, string body, string named)
    {
        await using var host = await IngestHost.StartAsync();

        using var response = await SendAsync(host, "/v1/interactions", Encoding.Latin1.GetBytes(body), contentType);

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Contains(named, await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("gzip")]
    [InlineData("br")]
    public async Task Actions_Compressed_AreTaken(string encoding)
    {
        await using var host = await IngestHost.StartAsync();
        var output = new MemoryStream();
        using (Stream compressor = encoding == "gzip" ? new GZipStream(output, CompressionMode.Compress) : new BrotliStream(output, CompressionMode.Compress))
            compressor.Write(Encoding.UTF8.GetBytes("[" + string.Join(',', Enumerable.Range(0, 500).Select(i => string.Create(CultureInfo.InvariantCulture, $$"""{"actionId":"a{{i}}","type":"like","userId":"ann","contentId":"c"}"""))) + "]"));

        using var response = await SendAsync(host, "/v1/actions", output.ToArray(), "application/json", encoding);

        Assert.Equal("""{"accepted":500}""", await response.Content.ReadAsStringAsync());
        Assert.Equal(500, TopicReader.ReadAll(host, TopicNames.UserActions).Count);
    }

    [Theory]
    [InlineData(".")]
    [InlineData("..")]
    public async Task Id_ThatNoPathNames_400WithTheReason(string id)
    {
        await using var host = await IngestHost.StartAsync();

        foreach (var (path, json) in new[]
        {
            ("/v1/actions", $$"""{"type":"follow","userId":"ann","targetUserId":"{{id}}"}"""),
            ("/v1/actions", $$"""{"type":"post","userId":"{{id}}"}"""),
            ("/v1/actions", $$"""{"type":"post","userId":"ann","mentionedUserIds":["{{id}}"]}"""),
            ("/v1/interactions", $$"""{"type":"view","userId":"ann","contentId":"{{id}}"}"""),
        })
        {
            using var response = await host.PostAsync(path, json);
            Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
            Assert.Contains("which a path cannot name", await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("""{"type":"\ud800","userId":"ann","contentId":"c"}""", "type")]
    [InlineData("""{"type":"like","userId":"\udc00\ud800","contentId":"c"}""", "userId")]
    [InlineData("""{"type":"like","userId":"ann","contentId":"c","\ud83d":1}""", "$")]
    [InlineData("""{"type":"post","userId":"ann","text":"\ud83d\u0041"}""", "text")]
    public async Task Text_HalfOfASurrogatePair_400NamesTheField(string json, string field)
    {
        await using var host = await IngestHost.StartAsync();

        using var response = await host.PostAsync("/v1/actions", json);

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Contains($"\"{field}\":[", await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Text_WholePairsEscaped_AreTaken()
    {
        await using var host = await IngestHost.StartAsync();

        using var response = await host.PostAsync("/v1/actions", """{"\u0074ype":"p\u006fst","userId":"\ud83d\ude00","text":"\\ud800 \u0000 \ud83d\ude00\ud83d\ude01"}""");

        Assert.Equal(HttpStatusCode.Accepted, response.StatusCode);
        var action = UserAction.Parser.ParseFrom(Assert.Single(TopicReader.ReadAll(host, TopicNames.UserActions)).Message.Value);
        Assert.Equal(("\U0001F600", "\\ud800 \0 \U0001F600\U0001F601"), (action.UserId, action.Text));
    }

    private static Task<HttpResponseMessage> SendAsync(IngestHost host, string path, byte[] body, string contentType, string? encoding = null)
    {
        var content = new ByteArrayContent(body);
        content.Headers.ContentType = MediaTypeHeaderValue.Parse(contentType);
        if (encoding is not null)
            content.Headers.ContentEncoding.Add(encoding);
        return host.Client.PostAsync(path, content);
    }
}
