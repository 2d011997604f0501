using System.Diagnostics;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace StreamSocial.ServiceDefaults.Tests;

/// <summary>Each service as a process of its own, with wrong options.</summary>
public sealed class ServiceRunnerTests
{
    private const string Kafka = "--ConnectionStrings:kafka=127.0.0.1:1";

    [Theory]
    [InlineData("Ingest", "MaxBodyBytes", Kafka, "--Ingest:MaxBodyBytes=1")]
    [InlineData("Ingest", "ConnectionStrings:kafka")]
    [InlineData("Ingest", "Ingest:AckTimeout", Kafka, "--Ingest:AckTimeout=soon")]
    [InlineData("Ingest", "Kafka:Client has a property that librdkafka refuses: No such configuration property: \"sasl.usrname\"", Kafka, "--Kafka:Client:sasl.usrname=x")]
    [InlineData("Ingest", "Kafka:Client has a property that librdkafka refuses: `max.in.flight`", Kafka, "--Kafka:Client:max.in.flight=10", "--Ingest:HotKeys:Enabled=false")]
    [InlineData("FeedGenerator", "Kafka:Client has a property that librdkafka refuses: `retries`", Kafka, "--Kafka:Client:retries=0")]
    [InlineData("FeedGenerator", "WaitForPartition", Kafka, "--Reading:WaitForPartition=01:00:00")]
    [InlineData("FeedGenerator", "'huge'; use full or small", Kafka, "--Topology:Profile=huge")]
    [InlineData("Autoscaler", "Autoscaler:Minimum (5)", Kafka, "--Autoscaler:DryRun=true", "--Autoscaler:Minimum=5", "--Autoscaler:Maximum=4")]
    [InlineData("Dashboard", "Dashboard:Interval", "--Dashboard:Demo=true", "--Dashboard:Interval=01:00:00", "--Dashboard:RateWindow=01:00:00")]
    [InlineData("Traffic", "The address of ingest is unknown")]
    [InlineData("Ingest", "http://localhost:0 asks for a free port of two addresses", Kafka, "--urls=http://localhost:0")]
    [InlineData("Ingest", "http://127.0.0.1:0/x has a path", Kafka, "--urls=http://127.0.0.1:0/x")]
    [InlineData("Ingest", "192.0.2.1 of http://192.0.2.1:5000 is no address of this machine.", Kafka, "--urls=http://192.0.2.1:5000")]
    public async Task Service_WrongOption_EndsWithASentence(string service, string expected, params string[] options)
    {
        var (exitCode, error) = await RunAsync(service, options);

        Assert.Equal(1, exitCode);
        Assert.Contains(expected, error, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", error, StringComparison.Ordinal);
        Assert.DoesNotContain("Exception", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Service_SeveralWrongOptions_NamesThemAll()
    {
        var (_, error) = await RunAsync(
            "Ingest", [Kafka, "--Ingest:MaxBodyBytes=1", "--Ingest:MaxTextChars=0", "--Shutdown:Timeout=01:00:00", "--HttpResilience:MaxRetries=11", "--Telemetry:TraceSampleRatio=2"]);

        Assert.All(["MaxBodyBytes", "MaxTextChars", "'Timeout'", "MaxRetries", "TraceSampleRatio"], option => Assert.Contains(option, error, StringComparison.Ordinal));
        var lines = error.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(lines.Distinct(StringComparer.Ordinal), lines);
    }

    [Fact]
    public async Task RunAsync_ABackgroundServiceFails_TheExitCodeSaysSo()
    {
        var exitCode = await ServiceRunner.RunAsync(() =>
        {
            var builder = WebApplication.CreateBuilder();
            builder.Logging.ClearProviders();
            builder.WebHost.UseUrls("http://127.0.0.1:0");
            builder.Services.AddHostedService<Failing>();
            return builder.Build();
        });

        Assert.Equal(1, exitCode);
    }

    [Theory]
    [InlineData("ftp://127.0.0.1:0")]
    [InlineData("127.0.0.1:0")]
    public async Task RunAsync_OnlyTheServerKnowsThatItCannotListen_TheExitCodeSaysSo(string url)
    {
        var exitCode = await ServiceRunner.RunAsync(() =>
        {
            var builder = WebApplication.CreateBuilder();
            builder.Logging.ClearProviders();
            builder.WebHost.UseUrls(url);
            return builder.Build();
        });

        Assert.Equal(1, exitCode);
    }

    /// <summary>Fails when the service runs.</summary>
    private sealed class Failing(IHostApplicationLifetime lifetime) : BackgroundService
    {
        protected override async Task ExecuteAsync(CancellationToken stoppingToken)
        {
            await Task.Delay(Timeout.Infinite, lifetime.ApplicationStarted).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            throw new InvalidOperationException("It failed.");
        }
    }

    private static async Task<(int ExitCode, string Error)> RunAsync(string service, string[] options)
    {
        var start = new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, $"StreamSocial.{service}.dll"), "--urls=http://127.0.0.1:0", .. options])
        {
            RedirectStandardError = true,
            RedirectStandardOutput = true,
        };
        using var process = Process.Start(start)!;
        try
        {
            using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(60));
            var output = process.StandardOutput.ReadToEndAsync(limit.Token);
            var error = await process.StandardError.ReadToEndAsync(limit.Token);
            await process.WaitForExitAsync(limit.Token);
            Assert.Equal("", await output);
            return (process.ExitCode, error);
        }
        finally
        {
            process.Kill();
        }
    }
}
