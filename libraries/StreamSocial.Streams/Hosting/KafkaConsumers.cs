using Confluent.Kafka;
using Microsoft.Extensions.Logging;

namespace StreamSocial.Streams.Hosting;

/// <summary>Builds the runtime's consumers with their logs and errors routed.</summary>
internal static partial class KafkaConsumers
{
    public static IConsumer<byte[]?, byte[]?> Build(
        ConsumerConfig config, ILogger logger, Action<ConsumerBuilder<byte[]?, byte[]?>>? configure = null)
    {
        var builder = new ConsumerBuilder<byte[]?, byte[]?>(config)
            .SetLogHandler((_, message) => LogClient(logger, message.Name, message.Facility, message.Message))
            .SetErrorHandler((_, error) => LogError(logger, config.ClientId, error.IsFatal, error.Code, error.Reason));
        configure?.Invoke(builder);
        return builder.Build();
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Kafka consumer {Client} error (fatal: {Fatal}) {Code}: {Reason}")]
    private static partial void LogError(ILogger logger, string client, bool fatal, ErrorCode code, string reason);

    [LoggerMessage(Level = LogLevel.Debug, Message = "{Client} {Facility}: {Text}")]
    private static partial void LogClient(ILogger logger, string client, string facility, string text);
}
