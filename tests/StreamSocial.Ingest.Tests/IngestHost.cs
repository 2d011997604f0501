using System.Diagnostics;
using System.Net;
using System.Net.Http.Json;
using System.Text;
using Confluent.Kafka;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using StreamSocial.Events;
using StreamSocial.Events.Stages;
using StreamSocial.Events.Topics;
using StreamSocial.Hosting.Kafka.Embedded;
using StreamSocial.Ingest.HotKeys;
using StreamSocial.Ingest.Publishing;
using StreamSocial.Kafka;
using StreamSocial.ServiceDefaults;

namespace StreamSocial.Ingest.Tests;

/// <summary>Runs ingest in this process on its own port, with its own embedded cluster.</summary>
internal sealed class IngestHost : IAsyncDisposable
{
    private static readonly TimeSpan ReadyTimeout = TimeSpan.FromSeconds(20);

    private readonly WebApplication _app;
    private readonly bool _ownsCluster;

    private IngestHost(EmbeddedKafkaCluster cluster, bool ownsCluster, WebApplication app)
    {
        Cluster = cluster;
        _ownsCluster = ownsCluster;
        _app = app;
        Client = new HttpClient { BaseAddress = new Uri(app.Urls.First()) };
    }

    public EmbeddedKafkaCluster Cluster { get; }

    public HttpClient Client { get; }

    public IServiceProvider Services => _app.Services;

    public Destinations Destinations => _app.Services.GetRequiredService<Destinations>();

    public IContentSpread ContentSpread => _app.Services.GetRequiredService<IContentSpread>();

    public PublishQueue Queue => _app.Services.GetRequiredService<PublishQueue>();

    public HotKeyPublisher HotKeyPublisher => _app.Services.GetServices<IHostedService>().OfType<HotKeyPublisher>().Single();

    /// <summary>Whether it has been told to stop, or stops because something in it failed.</summary>
    public bool IsStopping => _app.Lifetime.ApplicationStopping.IsCancellationRequested;

    /// <summary>Starts with options such as <c>Ingest:MaxBatchActions=5</c> and waits until it is ready.</summary>
    public static Task<IngestHost> StartAsync(params string[] options) => StartAsync(configure: null, options);

    /// <param name="configure">Has the last word on what is registered.</param>
    /// <param name="options">Options.</param>
    public static async Task<IngestHost> StartAsync(Action<WebApplicationBuilder>? configure, params string[] options)
    {
        var profile = options.Contains("Topology:Profile=full") ? TopologyProfile.Full : TopologyProfile.Small;
        var cluster = EmbeddedKafkaCluster.Start();
        foreach (var topic in StreamSocialTopics.For(profile).Topics.Where(topic => topic.Name is TopicNames.Members or TopicNames.HotKeys || FeedGeneratorStages.Inputs.Contains(topic.Name)))
            cluster.CreateTopic(topic.Name, topic.Partitions, topic.ReplicationFactor);
        return await StartAsync(cluster, ownsCluster: true, configure, options);
    }

    /// <summary>Starts another instance on the cluster of this one, which outlives it.</summary>
    public Task<IngestHost> StartAnotherAsync(params string[] options) => StartAsync(Cluster, ownsCluster: false, configure: null, options);

    private static async Task<IngestHost> StartAsync(EmbeddedKafkaCluster cluster, bool ownsCluster, Action<WebApplicationBuilder>? configure, string[] options)
    {
        string[] arguments =
        [
            $"--ConnectionStrings:kafka={cluster.BootstrapServers}", "--Kafka:Embedded=true", "--Topology:Profile=small",
            "--urls=http://127.0.0.1:0", "--Shutdown:Timeout=00:00:02", .. options.Select(option => $"--{option}"),
        ];
        var builder = WebApplication.CreateBuilder(arguments);
        builder.AddServiceDefaults();
        builder.Logging.ClearProviders();
        builder.AddIngest();
        configure?.Invoke(builder);
        var app = builder.Build();
        app.MapDefaultEndpoints();
        app.MapIngest();
        await app.StartAsync();
        var host = new IngestHost(cluster, ownsCluster, app);
        await host.WaitUntilReadyAsync();
        return host;
    }

    public Task<HttpResponseMessage> PostAsync(string path, string json, params (string Name, string Value)[] headers)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = new StringContent(json, Encoding.UTF8, "application/json") };
        foreach (var (name, value) in headers)
            request.Headers.TryAddWithoutValidation(name, value);
        return Client.SendAsync(request);
    }

    public Task<HttpResponseMessage> PostActionsAsync(params object[] actions) => Client.PostAsJsonAsync("/v1/actions", actions);

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await _app.DisposeAsync();
        if (_ownsCluster)
            await Cluster.DisposeAsync();
    }

    private async Task WaitUntilReadyAsync()
    {
        var started = Stopwatch.GetTimestamp();
        while (true)
        {
            using var response = await Client.GetAsync("/health");
            if (response.StatusCode == HttpStatusCode.OK)
                return;
            if (Stopwatch.GetElapsedTime(started) > ReadyTimeout)
                throw new TimeoutException($"Starting ingest: /health should be 200 within {ReadyTimeout.TotalSeconds} s and is {response.StatusCode}.");
            await Task.Delay(50);
        }
    }
}

/// <summary>Reads a topic from its beginning.</summary>
internal static class TopicReader
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(20);

    /// <summary>Reads all records up to the current log ends, ordered by partition and offset.</summary>
    public static List<ConsumeResult<byte[], byte[]>> ReadAll(IngestHost host, string topic)
    {
        var settings = new KafkaClientSettings(host.Cluster.BootstrapServers, new KafkaOptions { Embedded = true });
        using var consumer = new ConsumerBuilder<byte[], byte[]>(settings.CreateConsumerConfig("test-reader", "test-reader")).Build();
        var partitions = Enumerable.Range(0, host.Destinations.PartitionCountOf(topic)).Select(partition => new TopicPartition(topic, partition)).ToList();
        var ends = partitions.ToDictionary(partition => partition, partition => consumer.QueryWatermarkOffsets(partition, Timeout).High.Value);
        consumer.Assign(partitions.Select(partition => new TopicPartitionOffset(partition, 0)));

        var expected = ends.Values.Sum();
        var records = new List<ConsumeResult<byte[], byte[]>>();
        while (records.Count < expected)
        {
            records.Add(consumer.Consume(Timeout)
                ?? throw new TimeoutException($"Reading {topic}: {expected} records expected, {records.Count} read within {Timeout.TotalSeconds} s."));
        }

        return [.. records.OrderBy(record => record.Partition.Value).ThenBy(record => record.Offset.Value)];
    }
}
