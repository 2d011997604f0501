using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace StreamSocial.Unit.Tests.FeedGenerator.Reading;

/// <summary>What replicas tell each other, and what they believe.</summary>
public sealed class PeerRequestTests
{
    private const string Secret = "secret-of-this-test";

    private static readonly string User = FakeGroup.KeyIn(1);

    [Theory]
    [InlineData("/v1/feeds/{0}")]
    [InlineData("/v1/notifications/{0}")]
    [InlineData("/v1/feeds/{0}/stream")]
    [InlineData("/v1/notifications/{0}/stream")]
    public async Task Forward_RequestWithCredentials_PeerGetsTheSecretAndNoneOfThem(string path)
    {
        await using var group = await FakeGroup.StartAsync(2, ("Peers:Secret", Secret), ("Reading:WaitForPartition", "00:00:00"));
        await using var owner = await RecordingPeer.StartAsync();
        group.Replicas[1].Advertise(owner.Address);
        using var request = new HttpRequestMessage(HttpMethod.Get, string.Format(null, path, User));
        request.Headers.Add("Cookie", "session=of-the-client");
        request.Headers.Add("Authorization", "Bearer of-the-client");
        request.Headers.Add("X-Api-Key", "of-the-client");
        request.Headers.Add("StreamSocial-Peer-Secret", "of-the-client");

        using var response = await group.Replicas[0].Http.SendAsync(request);

        var headers = await owner.Headers.Task.WaitAsync(TimeSpan.FromSeconds(10));
        Assert.DoesNotContain(headers, header => header.Value.Contains("of-the-client", StringComparison.Ordinal));
        Assert.Equal(Secret, headers["StreamSocial-Peer-Secret"]);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("another-secret-than-theirs")]
    public async Task Read_ClaimsToBeForwardedWithoutTheSecret_IsRefused(string? secret)
    {
        await using var group = await FakeGroup.StartAsync(2, ("Peers:Secret", Secret));
        using var request = new HttpRequestMessage(HttpMethod.Get, $"/v1/feeds/{User}");
        request.Headers.Add("StreamSocial-Forwarded", "1");
        if (secret is not null)
            request.Headers.Add("StreamSocial-Peer-Secret", secret);

        using var response = await group.Replicas[0].Http.SendAsync(request);

        Assert.Equal(HttpStatusCode.Forbidden, response.StatusCode);
        Assert.Equal("not_a_peer", JsonDocument.Parse(await response.Content.ReadAsStringAsync()).RootElement.GetProperty("reason").GetString());
    }

    [Theory]
    [InlineData("Peers:Secret", Secret)]
    [InlineData("Reading:PeerTimeout", "00:00:02")]
    public async Task Read_ThroughAnotherReplica_IsAnswered(string option, string value)
    {
        await using var group = await FakeGroup.StartAsync(2, (option, value));

        using var page = await group.Replicas[0].Http.GetAsync($"/v1/feeds/{User}");
        using var batch = await group.Replicas[0].Http.PostAsync(
            "/v1/feeds:batchGet", new StringContent($$"""{"users":["{{User}}"]}""", null, "application/json"));

        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.OK), (page.StatusCode, batch.StatusCode));
    }

    [Fact]
    public async Task Read_PeerHasAnotherSecret_Answers503AndNeverWhatThePeerSays()
    {
        await using var group = await FakeGroup.StartAsync(1, ("Peers:Secret", Secret), ("Reading:WaitForPartition", "00:00:00.2"));
        await using var other = await FakeGroup.StartAsync(2, ("Peers:Secret", "another-secret-than-theirs"));
        group.Replicas[0].Stop(FakeStage.Feeds, 1);
        group.SetOwner(FakeStage.Feeds, 1, other.Replicas[1]);

        using var response = await group.Replicas[0].Http.GetAsync($"/v1/feeds/{User}");

        Assert.Equal(HttpStatusCode.ServiceUnavailable, response.StatusCode);
    }

    /// <summary>Replicas without a secret have limits for each other, as for clients.</summary>
    [Theory]
    [InlineData(StatusCodes.Status429TooManyRequests)]
    [InlineData(StatusCodes.Status400BadRequest)]
    public async Task Read_PeerRefusesWhatItShouldAnswer_IsNoErrorOfThisReplica(int status)
    {
        await using var group = await FakeGroup.StartAsync(2, ("Reading:WaitForPartition", "00:00:00.2"));
        await using var owner = await RecordingPeer.StartAsync(status);
        group.Replicas[1].Advertise(owner.Address);

        await AssertOwnerIsAwayAsync(group.Replicas[0].Http);
    }

    /// <summary>A host that is gone refuses no connection: it says nothing at all.</summary>
    [Fact]
    public async Task Read_NoConnectionCanBeMade_IsNoErrorOfThisReplica()
    {
        await using var group = await FakeGroup.StartAsync(2, ("Reading:WaitForPartition", "00:00:00.2"), ("Reading:PeerTimeout", "00:00:05"));
        using var full = new FullListener();
        group.Replicas[1].Advertise(full.Address);

        await AssertOwnerIsAwayAsync(group.Replicas[0].Http);
    }

    /// <summary>A replica that cannot ask the owner says so, each read in its way.</summary>
    private static async Task AssertOwnerIsAwayAsync(HttpClient asked)
    {
        using var stream = await asked.GetAsync($"/v1/feeds/{User}/stream", HttpCompletionOption.ResponseHeadersRead);
        using var batch = await asked.PostAsync("/v1/feeds:batchGet", new StringContent($$"""{"users":["{{User}}"]}""", null, "application/json"));
        using var trend = await asked.GetAsync("/v1/trending");

        Assert.Equal((HttpStatusCode.ServiceUnavailable, HttpStatusCode.ServiceUnavailable), (stream.StatusCode, batch.StatusCode));
        Assert.Equal(3, JsonDocument.Parse(await trend.Content.ReadAsStringAsync()).RootElement.GetProperty("unknownPartitions").GetInt32());
    }

    /// <summary>A listener whose queue is full: the system answers no further connection.</summary>
    private sealed class FullListener : IDisposable
    {
        private readonly Socket _listener = new(SocketType.Stream, ProtocolType.Tcp);
        private readonly List<Socket> _queued = [];

        public FullListener()
        {
            _listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
            _listener.Listen(0);
            for (var i = 0; i < 4; i++)
            {
                var client = new Socket(SocketType.Stream, ProtocolType.Tcp) { Blocking = false };
                _queued.Add(client);
                try
                {
                    client.Connect(_listener.LocalEndPoint!);
                }
                catch (SocketException e) when (e.SocketErrorCode is SocketError.WouldBlock or SocketError.InProgress)
                {
                    // It is under way, or waits for room in the queue.
                }
            }
        }

        public Uri Address => new($"http://{_listener.LocalEndPoint}");

        public void Dispose()
        {
            _queued.ForEach(client => client.Dispose());
            _listener.Dispose();
        }
    }

    /// <summary>A server that a replica takes for another one.</summary>
    private sealed class RecordingPeer : IAsyncDisposable
    {
        private readonly WebApplication _app;

        private RecordingPeer(int status)
        {
            var builder = WebApplication.CreateSlimBuilder();
            builder.Logging.ClearProviders();
            builder.WebHost.UseUrls("http://127.0.0.1:0");
            _app = builder.Build();
            _app.Run(context =>
            {
                Headers.TrySetResult(context.Request.Headers.ToDictionary(header => header.Key, header => header.Value.ToString()));
                context.Response.StatusCode = status;
                return Task.CompletedTask;
            });
        }

        public TaskCompletionSource<Dictionary<string, string>> Headers { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Uri Address => new(_app.Urls.Single());

        public static async Task<RecordingPeer> StartAsync(int status = StatusCodes.Status503ServiceUnavailable)
        {
            var peer = new RecordingPeer(status);
            await peer._app.StartAsync();
            return peer;
        }

        public ValueTask DisposeAsync() => _app.DisposeAsync();
    }
}
