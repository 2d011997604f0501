using System.Net;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using StreamSocial.Control;

namespace StreamSocial.Unit.Tests.Control;

public sealed class ControlClientTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task GetScaleAsync_WholeDocument_IsRead()
    {
        await using var server = await StubControlServer.StartAsync(Json("""{"spec":{"replicas":3},"status":{"replicas":2,"ready":1},"minimum":1,"maximum":4}"""));

        var scale = await server.Client.GetScaleAsync(Token);

        Assert.Equal(new ScaleDocument(new ScaleSpec(3), new ScaleStatus(2, 1), 1, 4), scale);
        Assert.Equal("GET /v1/scale", server.Request);
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("null")]
    [InlineData("""{"spec":{},"status":{"replicas":2,"ready":1},"minimum":1,"maximum":4}""")]
    [InlineData("""{"spec":{"replicas":3},"status":null,"minimum":1,"maximum":4}""")]
    [InlineData("""{"spec":{"replicas":3},"status":{"replicas":2},"minimum":1,"maximum":4}""")]
    [InlineData("""{"spec":{"replicas":3},"status":{"replicas":2,"ready":1},"maximum":4}""")]
    [InlineData("""{"spec":{"replicas":null},"status":{"replicas":2,"ready":1},"minimum":1,"maximum":4}""")]
    public async Task GetScaleAsync_PartMissing_IsAnErrorAndNotZero(string body)
    {
        await using var server = await StubControlServer.StartAsync(Json(body));

        var error = await Assert.ThrowsAsync<ControlException>(() => server.Client.GetScaleAsync(Token));

        Assert.Contains("something else than expected", error.Message, StringComparison.Ordinal);
        Assert.Null(error.Status);
    }

    [Fact]
    public async Task GetResourcesAsync_NotJson_IsAnErrorThatNamesTheRequest()
    {
        await using var server = await StubControlServer.StartAsync(Results.Content("<html>", "application/json"));

        var error = await Assert.ThrowsAsync<ControlException>(() => server.Client.GetResourcesAsync(Token));

        Assert.Contains($"GET {server.Address}v1/resources", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task GetResourcesAsync_UnknownParts_StayNull()
    {
        await using var server = await StubControlServer.StartAsync(Json(
            """[{"name":"kafka","type":null,"state":null,"health":null,"exitCode":null,"pid":null,"urls":[]},{"name":"ingest","type":"Project","state":"Running","health":"Healthy","exitCode":null,"pid":7,"urls":["tcp://x:1","http://x:2"]}]"""));

        var resources = await server.Client.GetResourcesAsync(Token);

        Assert.Equal((null, null, false, null), (resources[0].State, resources[0].Pid, resources[0].IsHealthy, resources[0].HttpUrl));
        Assert.Equal((7, true, new Uri("http://x:2")), (resources[1].Pid, resources[1].IsHealthy, resources[1].HttpUrl));
    }

    [Theory]
    [InlineData(400, """{"title":"Out of range.","detail":"replicas is 9; ask for 1 to 4."}""", "replicas is 9; ask for 1 to 4.")]
    [InlineData(409, """{"title":"Conflict"}""", "Conflict")]
    [InlineData(502, "no upstream", "no upstream")]
    [InlineData(500, "", "500.")]
    public async Task SetReplicasAsync_Refused_SaysWhy(int status, string body, string reason)
    {
        await using var server = await StubControlServer.StartAsync(Results.Text(body, statusCode: status));

        var error = await Assert.ThrowsAsync<ControlException>(() => server.Client.SetReplicasAsync(9, Token));

        Assert.Equal((HttpStatusCode)status, error.Status);
        Assert.EndsWith(reason, error.Message, StringComparison.Ordinal);
        Assert.Equal("""PUT /v1/scale {"replicas":9}""", server.Request);
    }

    /// <summary>The page of a proxy, or of another server at this address.</summary>
    [Theory]
    [InlineData(200, null, "something else than expected")]
    [InlineData(502, HttpStatusCode.BadGateway, "refused with 502.")]
    public async Task GetScaleAsync_UnknownCharacterSet_IsAnError(int status, HttpStatusCode? expected, string reason)
    {
        await using var server = await StubControlServer.StartAsync(context =>
        {
            context.Response.StatusCode = status;
            return Task.FromResult(Results.Bytes("<html>"u8.ToArray(), "text/html; charset=utf8"));
        });

        var error = await Assert.ThrowsAsync<ControlException>(() => server.Client.GetScaleAsync(Token));

        Assert.Equal(expected, error.Status);
        Assert.Contains(reason, error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("token-of-this-test", "Bearer token-of-this-test")]
    [InlineData(null, null)]
    public async Task SetReplicasAsync_WithToken_SendsIt(string? token, string? authorization)
    {
        await using var server = await StubControlServer.StartAsync(Results.Ok());

        await server.Create(server.Address, token).SetReplicasAsync(2, Token);

        Assert.Equal(authorization, server.Authorization);
    }

    [Fact]
    public async Task GetScaleAsync_NobodyListens_IsAnErrorWithoutStatus()
    {
        await using var server = await StubControlServer.StartAsync(Results.Ok());
        var client = server.Client;
        await server.StopAsync();

        var error = await Assert.ThrowsAsync<ControlException>(() => client.GetScaleAsync(Token));

        Assert.Null(error.Status);
        Assert.IsType<HttpRequestException>(error.InnerException);
    }

    [Fact]
    public async Task GetScaleAsync_NoAnswer_FailsAfterTheTimeout()
    {
        await using var server = await StubControlServer.StartAsync(NeverAsync);
        var reading = server.Client.GetScaleAsync(Token);
        await server.Asked.WaitAsync(Limit, Token);

        server.Time.Advance(StubControlServer.Timeout - TimeSpan.FromMilliseconds(1));
        Assert.False(reading.IsCompleted);
        server.Time.Advance(TimeSpan.FromMilliseconds(1));
        var error = await Assert.ThrowsAsync<ControlException>(() => reading.WaitAsync(Limit, Token));

        Assert.Contains("not answered within 3 s", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task GetScaleAsync_CallerCancels_IsACancellation()
    {
        await using var server = await StubControlServer.StartAsync(NeverAsync);
        using var cancellation = new CancellationTokenSource();
        var reading = server.Client.GetScaleAsync(cancellation.Token);
        await server.Asked.WaitAsync(Limit, Token);

        await cancellation.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => reading.WaitAsync(Limit, Token));
    }

    [Fact]
    public async Task ExecuteAsync_LongCommand_OutlivesTheTimeoutOfReads()
    {
        var done = new TaskCompletionSource<IResult>();
        await using var server = await StubControlServer.StartAsync(_ => done.Task);
        var command = server.Client.ExecuteAsync("broker 2", ResourceCommand.Restart, Token);
        await server.Asked.WaitAsync(Limit, Token);

        server.Time.Advance(StubControlServer.Timeout * 9);
        done.SetResult(Results.NoContent());
        await command.WaitAsync(Limit, Token);

        Assert.Equal("POST /v1/resources/broker%202/commands/restart", server.Request);
    }

    [Fact]
    public async Task GetBootstrapServersAsync_NoAddresses_IsAnError()
    {
        await using var server = await StubControlServer.StartAsync(Json("""{"bootstrapServers":null}"""));

        await Assert.ThrowsAsync<ControlException>(() => server.Client.GetBootstrapServersAsync(Token));
    }

    [Fact]
    public async Task GetScaleAsync_NoEndpoint_NamesTheOption()
    {
        await using var server = await StubControlServer.StartAsync(Results.Ok());

        var error = await Assert.ThrowsAsync<ControlException>(() => server.Create(null).GetScaleAsync(Token));

        Assert.Contains("Scale:Endpoint", error.Message, StringComparison.Ordinal);
    }

    /// <summary>As the AppHost writes them; scripts read these names.</summary>
    [Fact]
    public void Documents_AsJson_KeepTheirShape()
    {
        Assert.Equal(
            """{"spec":{"replicas":3},"status":{"replicas":2,"ready":1},"minimum":1,"maximum":4}""",
            JsonSerializer.Serialize(new ScaleDocument(new ScaleSpec(3), new ScaleStatus(2, 1), 1, 4), JsonSerializerOptions.Web));
        Assert.Equal(
            """{"name":"a","type":"Project","state":"Running","health":null,"exitCode":null,"pid":7,"urls":["http://x"]}""",
            JsonSerializer.Serialize(new ResourceDocument("a", "Project", "Running", null, null, 7, ["http://x"]), JsonSerializerOptions.Web));
        Assert.Equal("""{"bootstrapServers":"x:1"}""", JsonSerializer.Serialize(new KafkaDocument("x:1"), JsonSerializerOptions.Web));
        Assert.Throws<JsonException>(() => JsonSerializer.Deserialize<ScaleSpec>("{}", JsonSerializerOptions.Web));
    }

    private static IResult Json(string body) => Results.Content(body, "application/json");

    private static async Task<IResult> NeverAsync(HttpContext context)
    {
        await Task.Delay(System.Threading.Timeout.Infinite, context.RequestAborted);
        return Results.Ok();
    }
}
