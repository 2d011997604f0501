using System.Diagnostics;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using StreamSocial.Integration.Tests.Topology;
using StreamSocial.Hosting.Kafka.Processes;

namespace StreamSocial.Integration.Tests.Scaling;

/// <summary>Of several replicas that are asked for together, the next starts when those before it are ready; a later wish is not held up.</summary>
public sealed class StartOrderTests
{
    private const string Token = "token-of-this-test";

    /// <summary>The scaler's own patience, less what its reports may take to arrive.</summary>
    private static readonly TimeSpan ReadyPatience = TimeSpan.FromSeconds(25);

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private static readonly Uri Control = new($"http://127.0.0.1:{LoopbackPorts.ChooseFree(1)[0]}");

    [Fact]
    public async Task Scale_TwoMore_TheSecondStartsWhenTheFirstIsReady()
    {
        await using var topology = await RunningTopology.StartAsync(
            generators: 1, "--Kafka:Source=embedded", "--FeedGenerators:StartsAtOnce=1", $"--Control:Url={Control}", $"--Control:Token={Token}");
        using var client = new HttpClient { BaseAddress = Control };
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", Token);

        var thirdStarts = WatchUntilStartedAsync(topology, "feed-generator-3");
        await ScaleAsync(client, 3);
        AssertReadyOrSlow("feed-generator-2", await thirdStarts);
        await topology.HealthyAsync("feed-generator-3");

        await ScaleAsync(client, 1);
        await StoppedAsync(topology, "feed-generator-3");
        await StoppedAsync(topology, "feed-generator-2");

        var third = StartedAsync(topology, "feed-generator-3");
        await ScaleAsync(client, 3);
        await StartedAsync(topology, "feed-generator-2");
        await ScaleAsync(client, 1);
        await StoppedAsync(topology, "feed-generator-2");
        Assert.False(third.IsCompleted);
    }

    /// <summary>All that the resources reported until this one started, with the time of each report.</summary>
    private static async Task<List<(ResourceEvent Report, long At)>> WatchUntilStartedAsync(RunningTopology topology, string resource)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        stop.CancelAfter(Patience);
        var reports = new List<(ResourceEvent, long)>();
        await foreach (var report in topology.Notifications.WatchAsync(stop.Token))
        {
            reports.Add((report, Stopwatch.GetTimestamp()));
            if (report.Resource.Name == resource && IsStarted(report))
                break;
        }
        return reports;
    }

    /// <summary>It was ready before the last of the reports, or the time for which others wait for it was over.</summary>
    private static void AssertReadyOrSlow(string resource, List<(ResourceEvent Report, long At)> reports)
    {
        var own = reports.Where(entry => entry.Report.Resource.Name == resource && IsStarted(entry.Report)).ToList();
        Assert.NotEmpty(own);
        var waited = Stopwatch.GetElapsedTime(own[0].At, reports[^1].At);
        Assert.True(
            own.Exists(entry => entry.Report.Snapshot.HealthStatus == HealthStatus.Healthy) || waited >= ReadyPatience,
            $"{resource} was never healthy, and the next started {waited.TotalSeconds:F1} s after it.");
    }

    private static async Task ScaleAsync(HttpClient control, int replicas)
    {
        using var response = await control.PutAsJsonAsync("/v1/scale", new { replicas }, TestContext.Current.CancellationToken);
        Assert.True(response.IsSuccessStatusCode, $"scale answered {(int)response.StatusCode}");
    }

    private static Task StartedAsync(RunningTopology topology, string resource) => WaitAsync(topology, resource, IsStarted);

    private static Task StoppedAsync(RunningTopology topology, string resource) => WaitAsync(topology, resource, resourceEvent => !IsStarted(resourceEvent));

    private static Task WaitAsync(RunningTopology topology, string resource, Func<ResourceEvent, bool> predicate) => topology.Notifications
        .WaitForResourceAsync(resource, predicate, TestContext.Current.CancellationToken)
        .WaitAsync(Patience, TestContext.Current.CancellationToken);

    private static bool IsStarted(ResourceEvent resource) =>
        resource.Snapshot.State?.Text is { } state && (state == KnownResourceStates.Starting || state == KnownResourceStates.Running);
}
