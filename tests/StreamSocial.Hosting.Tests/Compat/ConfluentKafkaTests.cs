using System.Diagnostics.Metrics;
using Confluent.Kafka;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using StreamSocial.Hosting.Kafka.Embedded;

namespace StreamSocial.Hosting.Tests.Compat;

/// <summary>What Aspire.Confluent.Kafka documents and StreamSocial relies on; true for the original and for the copy in compat/.</summary>
public sealed class ConfluentKafkaTests
{
    private static readonly CancellationToken Token = TestContext.Current.CancellationToken;

    [Fact]
    public void AddKafkaConsumer_ConnectionStringAndSections_TheMoreSpecificWins()
    {
        ConsumerConfig? seen = null;
        using var services = Build(
            [
                ("ConnectionStrings:messaging", "fromstring:1"),
                ("Aspire:Confluent:Kafka:Consumer:ConnectionString", "fromsection:1"),
                ("Aspire:Confluent:Kafka:Consumer:Config:GroupId", "common"),
                ("Aspire:Confluent:Kafka:Consumer:Config:AutoOffsetReset", "Earliest"),
                ("Aspire:Confluent:Kafka:Consumer:messaging:Config:GroupId", "named"),
            ],
            builder => builder.AddKafkaConsumer<string, string>("messaging", settings => seen = settings.Config));
        using var consumer = services.GetRequiredService<IConsumer<string, string>>();
        Assert.Equal(("fromstring:1", "named", AutoOffsetReset.Earliest), (seen!.BootstrapServers, seen.GroupId, seen.AutoOffsetReset));
    }

    [Fact]
    public void AddKafkaConsumer_NoBrokersOrNoGroup_ThrowsWhenResolved()
    {
        using var withoutBrokers = Build([], builder => builder.AddKafkaConsumer<string, string>("messaging", settings => settings.Config.GroupId = "g"));
        Assert.Throws<InvalidOperationException>(withoutBrokers.GetRequiredService<IConsumer<string, string>>);
        using var withoutGroup = Build([("ConnectionStrings:messaging", "a:1")], builder => builder.AddKafkaConsumer<string, string>("messaging"));
        Assert.Throws<InvalidOperationException>(withoutGroup.GetRequiredService<IConsumer<string, string>>);
    }

    [Fact]
    public void AddKafkaProducer_NoBrokers_ThrowsWhenResolved()
    {
        using var services = Build([], builder => builder.AddKafkaProducer<string, string>("messaging"));
        Assert.Throws<InvalidOperationException>(services.GetRequiredService<IProducer<string, string>>);
    }

    [Theory]
    [InlineData(false, 1000)]
    [InlineData(true, null)]
    public void AddKafkaProducer_Metrics_AreStatisticsOfEverySecondUnlessDisabled(bool disabled, int? interval)
    {
        ProducerConfig? seen = null;
        using var services = Build(
            [("ConnectionStrings:messaging", "a:1"), ("Aspire:Confluent:Kafka:Producer:DisableMetrics", disabled ? "true" : "false")],
            builder => builder.AddKafkaProducer<string, string>("messaging", settings => seen = settings.Config));
        services.GetRequiredService<IProducer<string, string>>().Dispose();
        Assert.Equal(interval, seen!.StatisticsIntervalMs);
    }

    [Fact]
    public void HealthChecks_OfPlainAndKeyedClients_HaveTheOriginalsNames()
    {
        using var services = Build([("ConnectionStrings:messaging", "a:1"), ("Aspire:Confluent:Kafka:Producer:other:DisableHealthChecks", "true")], builder =>
        {
            builder.AddKafkaConsumer<string, string>("messaging", settings => settings.Config.GroupId = "g");
            builder.AddKafkaProducer<string, string>("messaging");
            builder.AddKeyedKafkaProducer<string, string>("reports", settings => settings.ConnectionString = "a:1");
            builder.AddKeyedKafkaProducer<string, string>("other", settings => settings.ConnectionString = "a:1");
        });
        var names = services.GetRequiredService<IOptions<HealthCheckServiceOptions>>().Value.Registrations.Select(registration => registration.Name);
        Assert.Equal(["Aspire.Confluent.Kafka.Consumer", "Aspire.Confluent.Kafka.Producer", "Aspire.Confluent.Kafka.Producer_reports"], names.Order());
    }

    [Fact]
    public void AddKeyedKafkaProducer_TwoNames_AreTwoClients()
    {
        using var services = Build([("ConnectionStrings:a", "a:1"), ("ConnectionStrings:b", "b:1")], builder =>
        {
            builder.AddKeyedKafkaProducer<string, string>("a");
            builder.AddKeyedKafkaProducer<string, string>("b");
        });
        Assert.Null(services.GetService<IProducer<string, string>>());
        Assert.NotSame(services.GetRequiredKeyedService<IProducer<string, string>>("a"), services.GetRequiredKeyedService<IProducer<string, string>>("b"));
    }

    [Fact]
    public void AddKafkaProducer_OwnHandlers_AreKept()
    {
        using var services = Build([("ConnectionStrings:messaging", "a:1")], builder => builder.AddKafkaProducer<string, string>(
            "messaging", (ProducerBuilder<string, string> producer) => producer.SetLogHandler((_, _) => { }).SetStatisticsHandler((_, _) => { })));
        Assert.NotNull(services.GetRequiredService<IProducer<string, string>>());
    }

    [Fact]
    public async Task Producer_OnABroker_IsHealthyAndCounted()
    {
        await using var cluster = EmbeddedKafkaCluster.Start();
        cluster.CreateTopic("messages", 1, 3);
        var counted = new TaskCompletionSource<long>(TaskCreationOptions.RunContinuationsAsynchronously);
        using var listener = new MeterListener();
        listener.InstrumentPublished = (instrument, meters) =>
        {
            if (instrument.Name == "messaging.publish.messages")
                meters.EnableMeasurementEvents(instrument);
        };
        listener.SetMeasurementEventCallback<long>((_, value, _, _) =>
        {
            if (value > 0)
                counted.TrySetResult(value);
        });
        listener.Start();
        using var services = Build([("ConnectionStrings:messaging", cluster.BootstrapServers)], builder => builder.AddKafkaProducer<string, string>("messaging"));
        var producer = services.GetRequiredService<IProducer<string, string>>();
        await producer.ProduceAsync("messages", new Message<string, string> { Key = "a", Value = "b" }, Token);
        Assert.Equal(1, await counted.Task.WaitAsync(TimeSpan.FromSeconds(20), Token));
        Assert.Equal(HealthStatus.Healthy, (await services.GetRequiredService<HealthCheckService>().CheckHealthAsync(Token)).Status);
    }

    [Fact]
    public async Task HealthCheck_NoBrokerAnswers_IsUnhealthy()
    {
        using var services = Build([("ConnectionStrings:messaging", "127.0.0.1:1")], builder => builder.AddKafkaProducer<string, string>("messaging"));
        Assert.Equal(HealthStatus.Unhealthy, (await services.GetRequiredService<HealthCheckService>().CheckHealthAsync(Token)).Status);
    }

    /// <summary>The embedded brokers have addresses of IPv4 only.</summary>
    [Fact]
    public async Task HealthCheck_AddressFamilyThatTheBrokersHaveNot_IsUnhealthy()
    {
        await using var cluster = EmbeddedKafkaCluster.Start();
        using var services = Build(
            [("ConnectionStrings:messaging", cluster.BootstrapServers), ("Aspire:Confluent:Kafka:Producer:Config:BrokerAddressFamily", "V6")],
            builder => builder.AddKafkaProducer<string, string>("messaging"));
        Assert.Equal(HealthStatus.Unhealthy, (await services.GetRequiredService<HealthCheckService>().CheckHealthAsync(Token)).Status);
    }

    private static ServiceProvider Build((string Key, string Value)[] values, Action<IHostApplicationBuilder> add)
    {
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Configuration.AddInMemoryCollection(values.Select(value => KeyValuePair.Create<string, string?>(value.Key, value.Value)));
        builder.Services.AddLogging().AddMetrics();
        add(builder);
        return builder.Services.BuildServiceProvider();
    }
}
