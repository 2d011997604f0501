using System.Net;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;
using StreamSocial.ServiceDefaults.Http.Limits;

namespace StreamSocial.ServiceDefaults.Tests.Http.Limits;

public sealed class StreamLimiterTests
{
    [Theory]
    [InlineData("192.0.2.1", "192.0.2.1", true)]
    [InlineData("192.0.2.1", "192.0.2.2", false)]
    [InlineData("192.0.2.1", "::ffff:192.0.2.1", true)]
    [InlineData("2001:db8::1", "2001:db8::2:3:4:5", true)]
    [InlineData("2001:db8::1", "2001:db8:0:1::1", false)]
    public void TryOpen_TwoAddresses_AreOneClientIfTheyAreOfOne(string first, string second, bool areOne)
    {
        var limiter = Limiter(new ClientLimitOptions { StreamsPerClient = 1 });
        Assert.NotNull(limiter.TryOpen(From(first)));

        Assert.Equal(areOne, limiter.TryOpen(From(second)) is null);
    }

    [Fact]
    public void TryOpen_CallerWithoutLimits_IsNotCounted()
    {
        var limiter = Limiter(new ClientLimitOptions { Streams = 1 });
        var peer = From("192.0.2.1");
        peer.Features.Set(UnlimitedCaller.Instance);

        Assert.Equal(CancellationToken.None, limiter.TryOpen(peer));
        Assert.Equal(0, limiter.Open);
        Assert.NotNull(limiter.TryOpen(From("192.0.2.1")));
        Assert.Null(limiter.TryOpen(From("192.0.2.2")));
        Assert.Equal(CancellationToken.None, limiter.TryOpen(peer));
    }

    [Fact]
    public async Task Dashboard_OneStreamMoreThanAllowed_429()
    {
        await using var server = await ServiceParts.StartAsync("dashboard", null, "--ClientLimits:StreamsPerClient=1");
        using var first = await server.Client.GetAsync("/api/stream", HttpCompletionOption.ResponseHeadersRead, TestContext.Current.CancellationToken);
        using var second = await server.Client.GetAsync("/api/stream", HttpCompletionOption.ResponseHeadersRead, TestContext.Current.CancellationToken);
        using var head = await server.Client.SendAsync(new HttpRequestMessage(HttpMethod.Head, "/api/stream"), TestContext.Current.CancellationToken);

        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.TooManyRequests, HttpStatusCode.OK), (first.StatusCode, second.StatusCode, head.StatusCode));
        Assert.NotNull(second.Headers.RetryAfter);
        var problem = await second.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Assert.Equal("too_many_streams", JsonDocument.Parse(problem).RootElement.GetProperty("reason").GetString());
    }

    [Fact]
    public async Task Dashboard_StreamLivesItsTime_Ends()
    {
        await using var server = await ServiceParts.StartAsync("dashboard", null, "--ClientLimits:StreamLifetime=00:00:05");

        var text = await server.Client.GetStringAsync("/api/stream", TestContext.Current.CancellationToken).WaitAsync(TimeSpan.FromSeconds(20), TestContext.Current.CancellationToken);

        Assert.Contains("event: heartbeat", text, StringComparison.Ordinal);
    }

    private static StreamLimiter Limiter(ClientLimitOptions options) => new(Options.Create(options), TimeProvider.System);

    private static DefaultHttpContext From(string address) => new() { Connection = { RemoteIpAddress = IPAddress.Parse(address) } };
}
