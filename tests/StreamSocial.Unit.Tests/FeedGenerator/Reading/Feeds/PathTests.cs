using System.Net;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Text;
using StreamSocial.FeedGenerator.Reading.Contents;
using StreamSocial.FeedGenerator.Reading.Feeds;
using static StreamSocial.Unit.Tests.FeedGenerator.Entries;

namespace StreamSocial.Unit.Tests.FeedGenerator.Reading.Feeds;

/// <summary>An id is the same text in a path as in JSON: percent-decoded exactly once, whichever replica is asked.</summary>
public sealed class PathTests : IAsyncLifetime
{
    private FakeGroup _group = null!;

    public static TheoryData<string> Ids =>
        ["a/b", "a%2Fb", "a%252Fb", "%", "100%", "a b", "a+b", "a?b", "a#b", "a;b=c", "a\\b", "...", "..x", "a/../b", "/", "//", "zoë", "\U0001F600/\U0001F600", "%2e%2e", "stream", "'\"<>"];

    public async ValueTask InitializeAsync() => _group = await FakeGroup.StartAsync(3, ("Reading:WaitForPartition", "00:00:06"));

    public ValueTask DisposeAsync() => _group.DisposeAsync();

    [Theory]
    [MemberData(nameof(Ids))]
    public async Task Path_WithId_IsThatIds(string id)
    {
        var partition = FakeGroup.PartitionOf(id);
        _group.Replicas[partition % 3].Process(FakeStage.Feeds, partition, Update("id-1", 1, id));
        var encoded = Uri.EscapeDataString(id);

        foreach (var replica in _group.Replicas)
        {
            var page = await replica.Http.GetFromJsonAsync<FeedPage>($"/v1/feeds/{encoded}");
            Assert.Equal((id, 1), (page!.User, page.Entries.Count));
            var stats = await replica.Http.GetFromJsonAsync<ContentStatsView>($"/v1/content/{encoded}/stats");
            Assert.Equal(id, stats!.ContentId);
            using var stream = await Streams.EventStreamClient.OpenAsync(replica, id, after: "0");
            Assert.Equal("id-1", await stream.NextAsync());
        }
    }

    [Theory]
    [InlineData("/v1/feeds/%zz")]
    [InlineData("/v1/feeds/100%")]
    [InlineData("/v1/feeds/a%f")]
    [InlineData("/v1/feeds/%ff")]
    [InlineData("/v1/feeds/%c3%28/stream")]
    [InlineData("/v1/content/%ed%a0%80/stats")]
    [InlineData("/v1/feeds/%0a")]
    public async Task Path_ThatIsNoText_400(string path)
    {
        foreach (var replica in _group.Replicas)
            Assert.StartsWith("HTTP/1.1 400 ", await GetRawAsync(replica, path), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/v1/feeds/x/../bob", "bob")]
    [InlineData("/v1/feeds/./bob", "bob")]
    [InlineData("/v1/feeds/bob/", "bob")]
    [InlineData("http://anywhere/v1/feeds/bob", "bob")]
    [InlineData("/v1/feeds/%62ob?limit=1", "bob")]
    public async Task Path_WrittenOtherwise_IsTheSame(string path, string id)
    {
        foreach (var replica in _group.Replicas)
            Assert.Contains($"\"user\":\"{id}\"", await GetRawAsync(replica, path), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/v1/feeds/..")]
    [InlineData("/v1/feeds/%2e%2E")]
    [InlineData("/v1/feeds/.")]
    public async Task Path_OfFolders_IsNoFeed(string path) =>
        Assert.StartsWith("HTTP/1.1 404 ", await GetRawAsync(_group.Replicas[0], path), StringComparison.Ordinal);

    [Theory]
    [InlineData(".")]
    [InlineData("..")]
    public async Task Batch_IdThatNoPathNames_400(string id)
    {
        using var answer = await _group.Replicas[0].Http.PostAsJsonAsync("/v1/feeds:batchGet", new { users = new[] { id } });
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Contains("which a path cannot name", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    /// <summary>The answer to a path as it is: HTTP libraries would tidy it up.</summary>
    private static async Task<string> GetRawAsync(FakeReplica replica, string path)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(replica.Endpoint.Host, replica.Endpoint.Port);
        await client.GetStream().WriteAsync(Encoding.ASCII.GetBytes($"GET {path} HTTP/1.1\r\nHost: anywhere\r\nConnection: close\r\n\r\n"));
        using var reader = new StreamReader(client.GetStream());
        return await reader.ReadToEndAsync().WaitAsync(TimeSpan.FromSeconds(20));
    }
}
