namespace StreamSocial.AppHost.Kafka;

internal static class KafkaExtensions
{
    /// <summary>Adds the Kafka that <c>Kafka:Source</c> asks for.</summary>
    /// <exception cref="AppHostConfigurationException">It cannot be had; the message says what to do.</exception>
    public static StreamSocialKafka AddStreamSocialKafka(this IDistributedApplicationBuilder builder)
    {
        if (builder.Configuration["ConnectionStrings:kafka"] is not { Length: > 0 } brokers)
            throw new AppHostConfigurationException("No Kafka: set ConnectionStrings:kafka to host:port[,host:port…].");

        return new StreamSocialKafka(builder.AddConnectionString("kafka", ReferenceExpression.Create($"{brokers}")), Embedded: false, "full");
    }
}
