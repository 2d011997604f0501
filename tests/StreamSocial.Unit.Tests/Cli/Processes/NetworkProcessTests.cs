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
