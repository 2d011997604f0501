using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;

namespace StreamSocial.Hosting.Tests.Compat;

/// <summary>What Aspire.Hosting.Kafka documents and StreamSocial relies on; true for the original and for the copy in compat/.</summary>
public sealed class HostingKafkaTests
{
    [Fact]
    public void AddKafka_Broker_HasAListenerForTheHostAndOneForContainers()
    {
        var builder = PublishedModel.CreateBuilder();
        var kafka = builder.AddKafka("broker", port: 19092).Resource;
        Assert.Equal(
            [("internal", null, 9093), ("tcp", 19092, 9092)],
            kafka.Annotations.OfType<EndpointAnnotation>().Select(endpoint => (endpoint.Name, endpoint.Port, endpoint.TargetPort)).OrderBy(endpoint => endpoint.Name));
        Assert.Equal("confluentinc/confluent-local", kafka.Annotations.OfType<ContainerImageAnnotation>().Single().Image);
        Assert.Equal("{broker.bindings.tcp.host}:{broker.bindings.tcp.port}", kafka.ConnectionStringExpression.ValueExpression);
        Assert.Equal("broker_check", Assert.Single(kafka.Annotations.OfType<HealthCheckAnnotation>()).Key);
    }

    [Fact]
    public void WithKafkaUI_TwoBrokers_IsOneContainer()
    {
        var builder = PublishedModel.CreateBuilder();
        var configured = 0;
        builder.AddKafka("a").WithKafkaUI(_ => configured++, "ui");
        builder.AddKafka("b").WithKafkaUI(ui => ui.WithHostPort(18080).Resource.Annotations.OfType<EndpointAnnotation>().Single(endpoint => endpoint.Port == 18080 && ++configured > 0));
        var ui = Assert.Single(builder.Resources.OfType<KafkaUIContainerResource>());
        Assert.Equal(("ui", 2), (ui.Name, configured));
    }

    [Fact]
    public void WithDataVolume_Broker_KeepsItsLogsThere()
    {
        var builder = PublishedModel.CreateBuilder();
        var mount = Assert.Single(builder.AddKafka("broker").WithDataVolume("data").Resource.Annotations.OfType<ContainerMountAnnotation>());
        Assert.Equal(("data", "/var/lib/kafka/data", ContainerMountType.Volume), (mount.Source, mount.Target, mount.Type));
    }
}
