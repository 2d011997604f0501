using System.Collections.Immutable;
using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using StreamSocial.Autoscaler;
using StreamSocial.Events.Topics;
using StreamSocial.Hosting.Kafka.Embedded;
using StreamSocial.Scaling;
using StreamSocial.Scaling.Policies;
using StreamSocial.ServiceDefaults.Tests.Http;
using StreamSocial.Traffic;

namespace StreamSocial.ServiceDefaults.Tests.Telemetry;

/// <summary><c>/metrics</c> of each service, with all that runs in it, on embedded brokers.</summary>
/// <remarks>
/// Alone: the OpenTelemetry SDK joins instruments of one name over all hosts of a process and drops them when the first host ends, so that a service of a test beside this
/// one takes the metrics away from ours.
/// </remarks>
[Collection(nameof(MetricsEndpointTests))]
[CollectionDefinition(nameof(MetricsEndpointTests), DisableParallelization = true)]
public sealed class MetricsEndpointTests : IAsyncLifetime
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private readonly EmbeddedKafkaCluster _cluster = EmbeddedKafkaCluster.Start();

    public ValueTask InitializeAsync()
    {
        _cluster.CreateTopics(StreamSocialTopics.For(TopologyProfile.Small).Topics);
        return ValueTask.CompletedTask;
    }

    public ValueTask DisposeAsync() => _cluster.DisposeAsync();

    [Theory]
    [InlineData("ingest", "streamsocial_ingest_queue_depth")]
    [InlineData("feeds", "messaging_client_sent_messages_total", "streamsocial_streams_rebalances_total", "streamsocial_streams_restore_duration_seconds_bucket", "streamsocial_streams_restoring_time_seconds_total", "streamsocial_kafka_client_sent_bytes_total")]
    [InlineData("autoscaler", "streamsocial_autoscaler_decisions_total")]
    [InlineData("dashboard", "streamsocial_broker_up", "streamsocial_cluster_partitions_under_replicated", "streamsocial_topic_appended_total", "streamsocial_topic_retention_seconds", "streamsocial_signal_known")]
    public async Task Metrics_OfARunningService_HaveItsNames(string service, params string[] names)
    {
        using var log = new LogCapture();
        await using var server = await ServiceParts.StartWholeAsync(
            service, builder => builder.Logging.ClearProviders().AddProvider(log), $"--ConnectionStrings:kafka={_cluster.BootstrapServers}", "--Kafka:Embedded=true", "--Topology:Profile=small",
            "--Autoscaler:DryRun=true", "--Telemetry:Prometheus=true", "--Kafka:StatisticsInterval=00:00:01", "--Shutdown:Timeout=00:00:05");

        var missing = names;
        var started = TimeProvider.System.GetTimestamp();
        while (missing.Length > 0)
        {
            Assert.True(TimeProvider.System.GetElapsedTime(started) < Patience, $"/metrics of {service} has no {string.Join(", ", missing)}; the log ends with\n{string.Join('\n', log.Lines.TakeLast(40))}");
            await Task.Delay(200, TestContext.Current.CancellationToken);
            var metrics = await server.Client.GetStringAsync("/metrics", TestContext.Current.CancellationToken);
            missing = [.. names.Where(name => !metrics.Contains($"\n{name}{{", StringComparison.Ordinal))];
        }
    }

    /// <summary>A number of before would be compared for ever with what runs now.</summary>
    [Fact]
    public async Task Metrics_OfAnAutoscalerThatDoesNotKnowTheReplicas_HaveNoNumberOfBefore()
    {
        await using var server = await TestServer.StartAsync(
            builder =>
            {
                builder.AddServiceDefaults();
                builder.AddAutoscaler();
                builder.Services.RemoveAll<IHostedService>();
            },
            app => app.MapDefaultEndpoints(),
            "--ConnectionStrings:kafka=127.0.0.1:1", "--Autoscaler:DryRun=true", "--Telemetry:Prometheus=true");
        var metrics = server.Services.GetRequiredService<AutoscalerMetrics>();

        metrics.Record(Hold(2), "freshness");
        await HaveReplicasAsync("2");
        metrics.Record(Hold(null), "freshness");
        await HaveReplicasAsync(null);
        metrics.Record(Hold(3), "freshness");
        await HaveReplicasAsync("3");
        metrics.Forget();
        await HaveReplicasAsync(null);

        Task HaveReplicasAsync(string? expected) => Eventually.TrueAsync($"replicas: {expected ?? "none"}", async () =>
        {
            var lines = (await server.Client.GetStringAsync("/metrics", TestContext.Current.CancellationToken)).Split('\n');
            return lines.FirstOrDefault(line => line.StartsWith("streamsocial_autoscaler_replicas_current{", StringComparison.Ordinal))?.Split(' ')[1] == expected;
        });

        static PolicyDecision Hold(int? replicas) =>
            new(ScalingVerdict.Hold, DecisionCause.OnTarget, replicas, replicas, replicas, "", ImmutableSortedDictionary<string, double>.Empty, []);
    }

    [Fact]
    public async Task Metrics_OfTraffic_AreServed()
    {
        await using var server = await TestServer.StartAsync(
            builder =>
            {
                builder.AddServiceDefaults();
                builder.AddTraffic();
                builder.Services.RemoveAll<IHostedService>();
            },
            app => app.MapDefaultEndpoints(),
            "--services:ingest:http:0=http://127.0.0.1:1", "--Telemetry:Prometheus=true");

        using var answer = await server.Client.GetAsync("/metrics", TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
    }
}
