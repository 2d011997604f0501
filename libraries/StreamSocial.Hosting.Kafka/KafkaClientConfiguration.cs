using Microsoft.Extensions.Configuration;
using StreamSocial.Hosting.Kafka.Sources;
using StreamSocial.Kafka;

namespace StreamSocial.Hosting.Kafka;

/// <summary>The client properties of section <c>Kafka:Client</c>, as the services get them too.</summary>
internal static class KafkaClientConfiguration
{
    /// <summary>Reads and checks them.</summary>
    /// <exception cref="KafkaSourceException">A value cannot be read, would undo a guarantee, or is refused by librdkafka.</exception>
    public static KafkaOptions Read(IConfiguration configuration)
    {
        var options = Bind(configuration);
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
