using Microsoft.Extensions.Configuration;
using StreamSocial.Hosting.Kafka.Sources;
using StreamSocial.Kafka;

namespace StreamSocial.Hosting.Kafka;

/// <summary>The client properties of section <c>Kafka:Client</c>, as the services get them too.</summary>
internal static class KafkaClientConfiguration
{
    /// <exception cref="KafkaSourceException">A property would undo a guarantee.</exception>
    public static KafkaOptions Read(IConfiguration configuration)
    {
        var options = KafkaOptions.From(configuration);
        var validation = new KafkaOptionsValidator().Validate(null, options);
        return validation.Failed ? throw new KafkaSourceException(string.Join(' ', validation.Failures!)) : options;
    }
}
