using System.Net;
using Microsoft.Extensions.Time.Testing;
using StreamSocial.Cli.Clients;

namespace StreamSocial.Unit.Tests.Cli.Clients;

public sealed class PatientClientTests
{
    private static readonly Uri Address = new("http://localhost/v1/feeds/alice");
    private readonly FakeTimeProvider _time = new();
    private readonly List<string> _reasons = [];

    [Fact]
    public async Task GetAsync_PartitionMoves_AsksAgainAndSaysSoOnce()
    {
        var asked = 0;
        using var answer = await GetAsync(() => ++asked < 4 ? Unavailable() : new HttpResponseMessage(HttpStatusCode.OK));

        Assert.Equal((HttpStatusCode.OK, 4), (answer.StatusCode, asked));
        Assert.Equal(["503"], _reasons);
    }

    [Fact]
    public async Task GetAsync_ConnectionIsRefused_AsksAgainAfterHalfASecond()
    {
        var asked = 0;
        var asking = GetAsync(() => ++asked < 2 ? throw new HttpRequestException(HttpRequestError.ConnectionError) : new HttpResponseMessage(HttpStatusCode.OK));
        Assert.False(asking.IsCompleted);
        _time.Advance(TimeSpan.FromMilliseconds(500));

        Assert.Equal(HttpStatusCode.OK, (await asking).StatusCode);
        Assert.Equal(["connection refused"], _reasons);
    }

    [Fact]
    public async Task GetAsync_NoEndAfterThirtySeconds_IsTheErrorItWas()
    {
        using var answer = await GetAsync(() => Late(Unavailable()));
        Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.StatusCode);
        await Assert.ThrowsAsync<HttpRequestException>(() => GetAsync(() => throw Late(new HttpRequestException(HttpRequestError.ConnectionError))));
        Assert.Empty(_reasons);

        T Late<T>(T outcome)
        {
            _time.Advance(TimeSpan.FromSeconds(31));
            return outcome;
        }
    }

    [Theory]
    [InlineData(HttpStatusCode.NotFound)]
    [InlineData(HttpStatusCode.ServiceUnavailable)]
    public async Task GetAsync_RefusalThatDoesNotSayWhen_IsTheAnswer(HttpStatusCode status)
    {
        using var answer = await GetAsync(() => new HttpResponseMessage(status));

        Assert.Equal(status, answer.StatusCode);
        Assert.Empty(_reasons);
    }

    private static HttpResponseMessage Unavailable() => new(HttpStatusCode.ServiceUnavailable) { Headers = { RetryAfter = new(TimeSpan.Zero) } };

    private async Task<HttpResponseMessage> GetAsync(Func<HttpResponseMessage> answer)
    {
        using var http = new HttpClient(new Server(answer));
        return await PatientClient.GetAsync(http, Address, _reasons.Add, _time, TestContext.Current.CancellationToken);
    }

    private sealed class Server(Func<HttpResponseMessage> answer) : HttpMessageHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            try
            {
                return Task.FromResult(answer());
            }
            catch (HttpRequestException e)
            {
                return Task.FromException<HttpResponseMessage>(e);
            }
        }
    }
}
