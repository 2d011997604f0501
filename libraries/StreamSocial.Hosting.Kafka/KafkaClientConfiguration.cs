using Confluent.Kafka;
using Microsoft.Extensions.Configuration;
using StreamSocial.Hosting.Kafka.Sources;
using StreamSocial.Kafka;

namespace StreamSocial.Hosting.Kafka;

/// <summary>The client properties of section <c>Kafka:Client</c>, as the services get them too.</summary>
internal static class KafkaClientConfiguration
{
    /// <summary>Nobody listens there.</summary>
    private const string NoBroker = "127.0.0.1:1";

    /// <summary>Reads them, and tries whether a client takes them.</summary>
    /// <exception cref="KafkaSourceException">A value cannot be read, would undo a guarantee, or is refused by librdkafka.</exception>
    public static KafkaOptions Read(IConfiguration configuration)
    {
        var options = Bind(configuration);
        var validation = new KafkaOptionsValidator().Validate(null, options);
        if (validation.Failed)
            throw new KafkaSourceException(string.Join(' ', validation.Failures!));
        Try(options);
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

    /// <summary>Properties are checked while a client is built. It needs no brokers for that.</summary>
    private static void Try(KafkaOptions options)
    {
        try
        {
            using var admin = new AdminClientBuilder(new KafkaClientSettings(NoBroker, options).CreateAdminConfig("apphost-trial"))
                .SetLogHandler((_, _) => { })
                .SetErrorHandler((_, _) => { })
                .Build();
        }
        catch (Exception e) when (e is InvalidOperationException or ArgumentException)
        {
            throw new KafkaSourceException($"Kafka:Client has a property that librdkafka refuses: {e.Message}", e);
        }
    }
}
