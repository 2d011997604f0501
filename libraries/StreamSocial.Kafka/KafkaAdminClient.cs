using Confluent.Kafka;
using Microsoft.Extensions.Logging;

namespace StreamSocial.Kafka;

/// <summary>Makes admin clients whose librdkafka lines go to a logger instead of standard error.</summary>
internal static partial class KafkaAdminClient
{
    public static IAdminClient Create(KafkaClientSettings settings, string clientId, ILogger logger) =>
        new AdminClientBuilder(settings.CreateAdminConfig(clientId))
            .SetLogHandler((_, message) => LogClient(logger, message.Name, message.Facility, message.Message))
            .SetErrorHandler((_, error) => LogError(logger, clientId, error.Code, error.Reason))
            .Build();

    [LoggerMessage(Level = LogLevel.Debug, Message = "{Client} {Facility}: {Text}")]
    private static partial void LogClient(ILogger logger, string client, string facility, string text);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Kafka client {Client} error {Code}: {Reason}")]
    private static partial void LogError(ILogger logger, string client, ErrorCode code, string reason);
}
