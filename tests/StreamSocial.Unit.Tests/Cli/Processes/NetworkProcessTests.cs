using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using StreamSocial.Cli.Commands;
using StreamSocial.Control;

namespace StreamSocial.Unit.Tests.Cli.Processes;

/// <summary>A proxy for the rest of the world, and ports that others have.</summary>
public sealed class NetworkProcessTests
{
    [Theory]
    [InlineData("HTTP_PROXY", "127.0.0.1")]
    [InlineData("http_proxy", "localhost")]
    [InlineData("ALL_PROXY", "127.0.0.1")]
    public async Task Clients_OfThisMachine_DoNotUseTheProxy(string variable, string host)
    {
        var builder = WebApplication.CreateSlimBuilder();
        await using var autoscaler = builder.Build();
        autoscaler.Urls.Add("http://127.0.0.1:0");
        autoscaler.MapPut("/v1/override", () => Results.Json(new OverrideDocument("fixed", 2, null)));
        await autoscaler.StartAsync(TestContext.Current.CancellationToken);
        var port = new Uri(autoscaler.Urls.Single()).Port;

        // Nobody listens on port 1.
        var result = await BuiltBinary.ShellAsync($"$CLI scale 2 --autoscaler http://{host}:{port}", (variable, "http://127.0.0.1:1"), ("no_proxy", "example.com"));

        Assert.Equal((ExitCodes.Done, ""), (result.ExitCode, result.Error));
    }

    [Theory]
    [InlineData("<html></html>", "text/html")]
    [InlineData("""{"status":"ok"}""", "application/json")]
    [InlineData("""{"entries":null}""", "application/json")]
    [InlineData("""{"entries":[{"type":"post"}]}""", "application/json")]
    public async Task Feed_OfSomethingElse_IsOneSentence(string body, string type)
    {
        var builder = WebApplication.CreateSlimBuilder();
        await using var other = builder.Build();
        other.Urls.Add("http://127.0.0.1:0");
        other.MapGet("/v1/feeds/alice", () => Results.Content(body, type));
        await other.StartAsync(TestContext.Current.CancellationToken);

        var result = await BuiltBinary.ShellAsync($"$CLI feed alice --feeds {other.Urls.Single()}");

        Assert.Equal((ExitCodes.NotTried, ""), (result.ExitCode, result.Output));
        Assert.Contains("answered something else than a feed", Assert.Single(result.ErrorLines), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Feed_OfAFeedGenerator_IsShown()
    {
        var builder = WebApplication.CreateSlimBuilder();
        await using var feeds = builder.Build();
        feeds.Urls.Add("http://127.0.0.1:0");
        feeds.MapGet("/v1/feeds/alice", () => Results.Content(
            """{"user":"alice","entries":[{"arrival":1,"pullNumber":null,"actionId":"a","type":"post","authorId":"bob","contentId":"c","text":"two\nlines","occurredAt":0,"traceId":"0af7"}],"next":null}""",
            "application/json"));
        await feeds.StartAsync(TestContext.Current.CancellationToken);

        var result = await BuiltBinary.ShellAsync($"$CLI feed alice --feeds {feeds.Urls.Single()}");

        Assert.Equal((ExitCodes.Done, "1970-01-01 00:00:00Z  post     bob  c  two lines  trace 0af7\n", ""), (result.ExitCode, result.Output, result.Error));
    }

    [Theory]
    [InlineData("StreamSocial.AppHost", "--AspireDashboard:Enabled=no", "Failed to convert configuration value 'no' at 'AspireDashboard:Enabled' to type 'System.Boolean'. Correct this option.")]
    [InlineData("StreamSocial.AppHost", "-Kafka:Source=embedded", "The short switch '-Kafka:Source=embedded' is not defined in the switch mappings. Give options as --Name=value.")]
    [InlineData("StreamSocial.Autoscaler", "-Kafka:Embedded=true", "The short switch '-Kafka:Embedded=true' is not defined in the switch mappings. Give options as --Name=value.")]
    public async Task Start_OptionThatCannotBeRead_IsOneSentence(string project, string option, string expected)
    {
        var result = await BuiltBinary.RunAsync(project, option);

        Assert.Equal(1, result.ExitCode);
        Assert.Equal(expected, Assert.Single(result.ErrorLines));
    }

    [Theory]
    [InlineData("StreamSocial.Autoscaler", "--ConnectionStrings:kafka=127.0.0.1:1", "--urls=")]
    [InlineData("StreamSocial.AppHost", "--Kafka:Source=embedded", "--Control:Url=")]
    public async Task Start_PortInUse_IsOneSentence(string project, string setting, string address)
    {
        using var other = new TcpListener(IPAddress.Loopback, 0);
        other.Start();
        var url = $"http://127.0.0.1:{((IPEndPoint)other.LocalEndpoint).Port}";

        var result = await BuiltBinary.RunAsync(project, setting, address + url, "--AspireDashboard:Enabled=false", "--Autoscaler:DryRun=true");

        Assert.Equal(1, result.ExitCode);
        Assert.Equal($"Port {new Uri(url).Port} of {url} is in use: another process listens there.", Assert.Single(result.ErrorLines));
    }
}
