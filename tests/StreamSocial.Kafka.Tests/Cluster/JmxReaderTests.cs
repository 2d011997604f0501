using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using StreamSocial.Kafka.Cluster;
using StreamSocial.Kafka.Jmx;
using StreamSocial.Kafka.Tests.Hosting.Kafka.Processes;

namespace StreamSocial.Kafka.Tests.Cluster;

public sealed class JmxReaderTests(KraftFixture kraft)
{
    [Fact]
    public async Task RealBrokers_WithExporter_TellTheirFigures()
    {
        var nodes = (await kraft.GetClusterAsync()).Nodes;
        if (nodes[0].JmxAddress is null)
            Assert.Skip("KAFKA_HOME/agents holds no jmx_prometheus_javaagent-*.jar.");
        using var reader = CreateReader([.. nodes.Select(node => (node.Id, node.JmxAddress!))]);

        var earlier = await reader.ReadAsync(TestContext.Current.CancellationToken);
        var now = await reader.ReadAsync(TestContext.Current.CancellationToken);

        var figures = BrokerFigures.From(now, earlier);
        Assert.Equal([1, 2, 3], figures.Select(figure => figure.Broker));
        Assert.All(figures, figure =>
        {
            Assert.Null(figure.Problem);
            Assert.Equal(3, figure.Voters);
            Assert.NotNull(figure.BytesInPerSecond);
            Assert.NotNull(figure.BytesOutPerSecond);
            Assert.NotNull(figure.RequestsPerSecond);
            Assert.NotNull(figure.ProduceP99Ms);
            Assert.NotNull(figure.FetchP99Ms);
            Assert.NotNull(figure.IsrShrinks);
            Assert.NotNull(figure.GcShare);
            Assert.NotNull(figure.QuorumLag);
            Assert.True(figure.LogBytes > 0, $"{figure.LogBytes} bytes");
        });
        Assert.Equal(1, figures.Sum(figure => figure.ActiveControllers));
        using var state = new ClusterReader(await kraft.GetSettingsAsync(), TimeProvider.System, NullLogger<ClusterReader>.Instance);
        var cluster = await state.ReadAsync(TimeSpan.FromSeconds(10), now, TestContext.Current.CancellationToken);
        Assert.Equal(figures.Single(figure => figure.ActiveControllers == 1).Broker, cluster.ControllerId);
        Assert.All(now, reading => Assert.Equal(BrokerStatus.Running, reading.Sample!.Status));
    }

    [Fact]
    public async Task Exporters_NotThereOrWrong_AreUnknownWithTheReason()
    {
        var builder = WebApplication.CreateSlimBuilder(["--urls=http://127.0.0.1:0"]);
        builder.Logging.ClearProviders();
        await using var server = builder.Build();
        server.MapGet("/recovering", () => "# HELP x\nkafka_server_kafkaserver_brokerstate 2.0\nkafka_log_log_size{topic=\"a\\\"b\",partition=\"1\",} 7 1700000000\nx NaN\n");
        server.MapGet("/nonsense", () => "<html>{no metrics</html>");
        server.MapGet("/refuses", () => Results.StatusCode((int)HttpStatusCode.Forbidden));
        server.MapGet("/endless", (HttpContext context) => WriteEndlesslyAsync(context));
        await server.StartAsync(TestContext.Current.CancellationToken);
        var address = server.Urls.Single();
        using var reader = CreateReader((1, $"{address}/recovering"), (2, $"{address}/nonsense"), (3, $"{address}/refuses"), (4, $"{address}/endless"), (5, "http://127.0.0.1:1/metrics"));

        var readings = await reader.ReadAsync(TestContext.Current.CancellationToken);

        Assert.Equal(BrokerStatus.Recovering, readings[0].Sample!.Status);
        Assert.Equal(7, readings[0].Sample!.LogSizes[("a\"b", 1)]);
        Assert.Null(readings[0].Sample!.BytesIn);
        Assert.All(readings.Skip(1), reading => Assert.Null(reading.Sample));
        Assert.Equal("its JMX exporter's answer cannot be read: line 1 is not in Prometheus' text format", readings[1].Problem);
        Assert.Equal("its JMX exporter answers 403", readings[2].Problem);
        Assert.Contains("too much", readings[3].Problem, StringComparison.Ordinal);
        Assert.Contains("cannot be reached", readings[4].Problem, StringComparison.Ordinal);
    }

    private static async Task WriteEndlesslyAsync(HttpContext context)
    {
        var line = new byte[64 * 1024];
        Array.Fill(line, (byte)'#');
        while (!context.RequestAborted.IsCancellationRequested)
            await context.Response.Body.WriteAsync(line, context.RequestAborted);
    }

    private static JmxReader CreateReader(params (int Broker, string Address)[] addresses)
    {
        var options = new KafkaOptions();
        foreach (var (broker, address) in addresses)
            options.JmxAddresses[$"{broker}"] = address;
        return new JmxReader(new KafkaClientSettings("127.0.0.1:1", options), TimeProvider.System);
    }
}
