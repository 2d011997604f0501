using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using StreamSocial.Integration.Tests.Tracing;

namespace StreamSocial.Integration.Tests.Topology;

/// <summary>The AppHost with its services, healthy, for the tests of one class; telemetry goes to the test's own collector.</summary>
internal sealed class RunningTopology : IAsyncDisposable
{
    private const int LinesOfAFailure = 200;

    private static readonly TimeSpan StartTimeout = TimeSpan.FromMinutes(3);

    private readonly DistributedApplication _app;

    private RunningTopology(DistributedApplication app, OtlpCollector collector)
    {
        _app = app;
        Collector = collector;
        Ingest = DocumentedAnswers.ClientOf(app.GetEndpoint("ingest"));
    }

    public OtlpCollector Collector { get; }

    public HttpClient Ingest { get; }

    public ResourceNotificationService Notifications => _app.ResourceNotifications;

    public ResourceCommandService Commands => _app.ResourceCommands;

    /// <summary>Starts it with the given settings and waits until ingest and the generators named are healthy.</summary>
    public static async Task<RunningTopology> StartAsync(int generators, params string[] settings)
    {
        var stop = TestContext.Current.CancellationToken;
        var collector = await OtlpCollector.StartAsync();
        string[] arguments =
        [
            "--Traffic:Enabled=false", "--Autoscaler:Enabled=false", $"--FeedGenerators:Initial={generators}", "--FeedGenerators:Maximum=3", "--Topology:Profile=small",
            .. settings,
        ];
        var builder = await DistributedApplicationTestingBuilder.CreateAsync<Projects.StreamSocial_AppHost>(arguments, stop);
        foreach (var project in builder.Resources.OfType<ProjectResource>())
        {
            builder.CreateResourceBuilder(project)
                .WithEnvironment("OTEL_EXPORTER_OTLP_ENDPOINT", collector.Endpoint)
                .WithEnvironment("OTEL_EXPORTER_OTLP_PROTOCOL", "http/protobuf")
                .WithEnvironment("OTEL_SERVICE_NAME", project.Name)
                .WithEnvironment("OTEL_BSP_SCHEDULE_DELAY", "200");
        }
        var app = await builder.BuildAsync(stop);
        await app.StartAsync(stop).WaitAsync(StartTimeout, stop);
        var topology = new RunningTopology(app, collector);
        await topology.HealthyAsync("ingest");
        for (var i = 1; i <= generators; i++)
            await topology.HealthyAsync($"feed-generator-{i}");
        return topology;
    }

    /// <summary>Addresses of the brokers.</summary>
    public async Task<string> BootstrapServersAsync() =>
        await _app.GetConnectionStringAsync("kafka", TestContext.Current.CancellationToken) ?? throw new InvalidOperationException("The cluster has no address.");

    /// <summary>Process id of a resource that runs.</summary>
    public int ProcessIdOf(string resource) =>
        (Notifications.TryGetCurrentState(resource, out var current) ? ProcessIdOf(current.Snapshot) : null) ?? throw new InvalidOperationException($"{resource} has no process.");

    /// <summary>Process id of a resource; null when it has none.</summary>
    public static int? ProcessIdOf(CustomResourceSnapshot snapshot) =>
        int.TryParse(
            Convert.ToString(snapshot.Properties.FirstOrDefault(property => property.Name == "executable.pid")?.Value, CultureInfo.InvariantCulture),
            CultureInfo.InvariantCulture,
            out var pid) ? pid : null;

    /// <summary>A client of one generator.</summary>
    public HttpClient Generator(int number) => DocumentedAnswers.ClientOf(_app.GetEndpoint($"feed-generator-{number}"));

    /// <summary>Waits until a resource is healthy. That it has ended is no failure: services are started again, and the end before a start can be told once more.</summary>
    public Task HealthyAsync(string resource) => InTimeAsync(
        resource, Notifications.WaitForResourceHealthyAsync(resource, WaitBehavior.WaitOnResourceUnavailable, TestContext.Current.CancellationToken));

    /// <summary>Waits until a resource is healthy in another process than one that has ended.</summary>
    public Task HealthyAgainAsync(string resource, int butNot) => InTimeAsync(resource, Notifications.WaitForResourceAsync(
        resource,
        change => change.Snapshot.HealthStatus == HealthStatus.Healthy && ProcessIdOf(change.Snapshot) is { } pid && pid != butNot,
        TestContext.Current.CancellationToken));

    /// <summary>Posts actions and expects them acknowledged.</summary>
    public async Task PostAsync(params object[] actions)
    {
        using var response = await Ingest.PostAsJsonAsync("/v1/actions", actions);
        Assert.True(response.IsSuccessStatusCode, $"ingest answered {(int)response.StatusCode}: {await response.Content.ReadAsStringAsync()}");
    }

    /// <summary>Posts actions, and repeats them as long as ingest asks for it, as it may while a broker comes back.</summary>
    public async Task PostUntilAcknowledgedAsync(params object[] actions)
    {
        var answer = "";
        await Eventually.TrueAsync("ingest acknowledges", async () =>
        {
            using var response = await Ingest.PostAsJsonAsync("/v1/actions", actions);
            answer = $"{(int)response.StatusCode}: {await response.Content.ReadAsStringAsync()}";
            Assert.True(response.IsSuccessStatusCode || response.StatusCode is HttpStatusCode.ServiceUnavailable or HttpStatusCode.TooManyRequests, $"ingest answered {answer}");
            return response.IsSuccessStatusCode;
        }, async () => $"{answer}; it last wrote:\n{await LastLinesAsync("ingest")}");
    }

    /// <summary>Reads a feed through one generator until it has <paramref name="count"/> entries.</summary>
    public async Task<IReadOnlyList<JsonElement>> ReadFeedAsync(HttpClient generator, string user, int count)
    {
        IReadOnlyList<JsonElement> entries = [];
        await Eventually.TrueAsync($"feed of {user} has {count} entries", async () =>
        {
            using var feed = JsonDocument.Parse(await generator.GetStringAsync($"/v1/feeds/{user}?limit=200"));
            entries = [.. feed.RootElement.GetProperty("entries").EnumerateArray().Select(entry => entry.Clone())];
            return entries.Count == count;
        }, () => $"{entries.Count} entries");
        return entries;
    }

    /// <summary>What a resource last wrote, for the message of a failure.</summary>
    public async Task<string> LastLinesAsync(string resource)
    {
        if (!Notifications.TryGetCurrentState(resource, out var current))
            return "unknown";
        var lines = new List<string>();
        await foreach (var batch in _app.Services.GetRequiredService<ResourceLoggerService>().GetAllAsync(current.ResourceId))
            lines.AddRange(batch.Select(line => line.Content));
        return string.Join('\n', lines.TakeLast(LinesOfAFailure));
    }

    public async ValueTask DisposeAsync()
    {
        Ingest.Dispose();
        await _app.DisposeAsync();
        await Collector.DisposeAsync();
    }

    private async Task InTimeAsync(string resource, Task healthy)
    {
        try
        {
            await healthy.WaitAsync(StartTimeout, TestContext.Current.CancellationToken);
        }
        catch (TimeoutException)
        {
            throw new TimeoutException($"{resource} was not healthy within {StartTimeout}; it last wrote:\n{await LastLinesAsync(resource)}");
        }
    }
}
