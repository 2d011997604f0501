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

    private static readonly Uri Control = new($"http://127.0.0.1:{LoopbackPorts.ChooseFree(1)[0]}");

    [Fact]
    public async Task Scale_TwoMore_TheSecondStartsWhenTheFirstIsReady()
    {
        await using var topology = await RunningTopology.StartAsync(
            generators: 1, "--Kafka:Source=embedded", "--FeedGenerators:StartsAtOnce=1", $"--Control:Url={Control}", $"--Control:Token={Token}");
        using var client = new HttpClient { BaseAddress = Control };
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", Token);

        await ScaleAsync(client, 3);
        await StartedAsync(topology, "feed-generator-3");
        Assert.True(topology.Notifications.TryGetCurrentState("feed-generator-2", out var second));
        Assert.Equal(HealthStatus.Healthy, second.Snapshot.HealthStatus);
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

    private static async Task ScaleAsync(HttpClient control, int replicas)
    {
        using var response = await control.PutAsJsonAsync("/v1/scale", new { replicas }, TestContext.Current.CancellationToken);
        Assert.True(response.IsSuccessStatusCode, $"scale answered {(int)response.StatusCode}");
    }

    private static Task StartedAsync(RunningTopology topology, string resource) => WaitAsync(topology, resource, IsStarted);

    private static Task StoppedAsync(RunningTopology topology, string resource) => WaitAsync(topology, resource, resourceEvent => !IsStarted(resourceEvent));

    private static Task WaitAsync(RunningTopology topology, string resource, Func<ResourceEvent, bool> predicate) => topology.Notifications
        .WaitForResourceAsync(resource, predicate, TestContext.Current.CancellationToken)
        .WaitAsync(TimeSpan.FromMinutes(2), TestContext.Current.CancellationToken);

    private static bool IsStarted(ResourceEvent resource) =>
        resource.Snapshot.State?.Text is { } state && (state == KnownResourceStates.Starting || state == KnownResourceStates.Running);
}
