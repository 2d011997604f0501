using Confluent.Kafka;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using StreamSocial.Kafka;
using StreamSocial.Kafka.Hosting;

namespace StreamSocial.Unit.Tests.Kafka.Hosting;

public sealed class KafkaServicesTests
{
    [Fact]
    public void AddStreamSocialKafka_NoConnectionString_SaysWhatToSet() =>
        Assert.Contains("ConnectionStrings__kafka", Assert.Throws<InvalidOperationException>(() => Add()).Message, StringComparison.Ordinal);

    [Fact]
    public void AddStreamSocialKafka_ClientProperties_ReachEveryClient()
    {
        using var services = Add(("ConnectionStrings:kafka", "a:1,b:2"), ("Kafka:Client:security.protocol", "ssl"), ("Kafka:Embedded", "true"));
        var settings = services.GetRequiredService<KafkaClientSettings>();
        Assert.True(settings.IsEmbedded);
        Assert.All(
            [settings.CreateAdminConfig("x"), settings.CreateProducerConfig("x"), (ClientConfig)settings.CreateConsumerConfig("x", "g")],
            config => Assert.Equal(("a:1,b:2", "ssl"), (config.BootstrapServers, config.Get("security.protocol"))));
    }

    [Fact]
    public void AddStreamSocialKafka_PropertiesThatUndoGuarantees_AllAreRefused()
    {
        using var services = Add(("ConnectionStrings:kafka", "a:1"), ("Kafka:Client:acks", "1"), ("Kafka:Client:message.timeout.ms", "5"));
        var errors = Assert.Throws<OptionsValidationException>(() => services.GetRequiredService<IOptions<KafkaOptions>>().Value).Failures;
        Assert.Collection(errors, error => Assert.Contains("Client:acks", error, StringComparison.Ordinal), error => Assert.Contains("message.timeout.ms", error, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("auto.offset.reset", "a position that is gone stops its task")]
    [InlineData("isolation.level", "read only when committed")]
    [InlineData("enable.partition.eof", "markers of transactions")]
    [InlineData("transactional.id", "a successor fences it")]
    [InlineData("group.protocol", "Streams:GroupProtocol")]
    [InlineData("session.timeout.ms", "Streams:SessionTimeout")]
    public void AddStreamSocialKafka_PropertyThatAGuaranteeRestsOn_IsRefusedWithTheReason(string key, string reason)
    {
        using var services = Add(("ConnectionStrings:kafka", "a:1"), ($"Kafka:Client:{key}", "x"));
        var error = Assert.Single(Assert.Throws<OptionsValidationException>(() => services.GetRequiredService<IOptions<KafkaOptions>>().Value).Failures);
        Assert.StartsWith($"Kafka:Client:{key} cannot be set: ", error, StringComparison.Ordinal);
        Assert.Contains(reason, error, StringComparison.Ordinal);
    }

    [Fact]
    public void AddStreamSocialKafka_AspiresSection_ReachesTheClientsOfItsKind()
    {
        using var services = Add(("ConnectionStrings:kafka", "a:1"), ("Aspire:Confluent:Kafka:Producer:Config:CompressionType", "Zstd"), ("Aspire:Confluent:Kafka:Consumer:Config:FetchMaxBytes", "1234567"));
        var settings = services.GetRequiredService<KafkaClientSettings>();
        Assert.Equal(("zstd", null), (settings.CreateProducerConfig("x").Get("compression.type"), settings.CreateConsumerConfig("x", "g").Get("compression.type")));
        Assert.Equal("1234567", settings.CreateTableConsumerConfig("t").Get("fetch.max.bytes"));
    }

    [Theory]
    [InlineData("Acks", "Leader", "acks")]
    [InlineData("EnableBackgroundPoll", "false", "dotnet.producer.enable.background.poll")]
    [InlineData("EnableDeliveryReports", "false", "dotnet.producer.enable.delivery.reports")]
    public void AddStreamSocialKafka_AspiresSectionUndoesAGuarantee_IsRefused(string name, string value, string key)
    {
        using var services = Add(("ConnectionStrings:kafka", "a:1"), ($"Aspire:Confluent:Kafka:Producer:Config:{name}", value));
        Assert.Contains(
            $"Aspire:Confluent:Kafka:Producer:Config:{key} cannot be set",
            Assert.Throws<OptionsValidationException>(() => services.GetRequiredService<IOptions<KafkaOptions>>().Value).Message, StringComparison.Ordinal);
    }

    /// <summary>It is longer than a transaction may take, which librdkafka refuses; embedded brokers have no transactions.</summary>
    [Fact]
    public void AddStreamSocialKafka_PropertyThatTransactionsDoNotTake_IsRefusedUnlessEmbedded()
    {
        using var services = Add(("ConnectionStrings:kafka", "a:1"), ("Kafka:Client:socket.timeout.ms", "60000"));
        var error = Assert.Single(Assert.Throws<OptionsValidationException>(() => services.GetRequiredService<IOptions<KafkaOptions>>().Value).Failures);
        Assert.StartsWith("Kafka:Client has a property that librdkafka refuses", error, StringComparison.Ordinal);
        Assert.Contains("socket.timeout.ms", error, StringComparison.Ordinal);

        using var embedded = Add(("ConnectionStrings:kafka", "a:1"), ("Kafka:Client:socket.timeout.ms", "60000"), ("Kafka:Embedded", "true"));
        Assert.Equal(60_000, embedded.GetRequiredService<KafkaClientSettings>().CreateProducerConfig("x").SocketTimeoutMs);
    }

    /// <summary>No client is built with the value of Aspire's section.</summary>
    [Fact]
    public void AddControlPlaneClients_PropertyInBothSections_ThatOfEveryClientWins()
    {
        using var services = Add(
            builder =>
            {
                builder.AddControlPlaneProducer("reports");
                builder.AddTableConsumer("members");
            },
            ("ConnectionStrings:kafka", "127.0.0.1:1"),
            ("Kafka:Client:batch.size", "100000"), ("Aspire:Confluent:Kafka:Producer:Config:BatchSize", "-5"),
            ("Kafka:Client:fetch.max.bytes", "1234567"), ("Aspire:Confluent:Kafka:Consumer:Config:FetchMaxBytes", "-5"));

        using var producer = services.GetRequiredKeyedService<IProducer<byte[]?, byte[]?>>("reports");
        using var consumer = services.GetRequiredKeyedService<IConsumer<byte[]?, byte[]?>>(ControlPlaneClients.TableConsumerOf("members"));
        Assert.StartsWith("reports#", producer.Name, StringComparison.Ordinal);
        Assert.StartsWith("table-members#", consumer.Name, StringComparison.Ordinal);
    }

    private static ServiceProvider Add(params (string Key, string Value)[] values) => Add(_ => { }, values);

    private static ServiceProvider Add(Action<HostApplicationBuilder> configure, params (string Key, string Value)[] values)
    {
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Configuration.AddInMemoryCollection(values.Select(value => KeyValuePair.Create<string, string?>(value.Key, value.Value)));
        builder.AddStreamSocialKafka();
        configure(builder);
        return builder.Services.BuildServiceProvider();
    }
}
