using Microsoft.Extensions.Configuration;
using StreamSocial.Hosting.Kafka.Sources;
using StreamSocial.Kafka;

namespace StreamSocial.Hosting.Kafka;

/// <summary>The client properties of section <c>Kafka:Client</c>, as the services get them too.</summary>
internal static class KafkaClientConfiguration
{
    /// <summary>Reads and checks them.</summary>
    /// <param name="configuration">The configuration.</param>
    /// <param name="source">Where the brokers come from: some take what others do not.</param>
    /// <exception cref="KafkaSourceException">A value cannot be read, would undo a guarantee, or is refused by librdkafka.</exception>
    public static KafkaOptions Read(IConfiguration configuration, KafkaSource source)
    {
        var options = Bind(configuration);
        options.Embedded |= source == KafkaSource.Embedded;
        var validation = new KafkaOptionsValidator().Validate(null, options);
        if (validation.Failed)
            throw new KafkaSourceException(string.Join(' ', validation.Failures!));
        return options;
    }

    private static KafkaOptions Bind(IConfiguration configuration)
    {
        try
        {
            return KafkaOptions.From(configuration);
        }
        catch (InvalidOperationException e)
        {
            throw new KafkaSourceException($"{e.Message} Correct this option.", e);
        }
    }
}
