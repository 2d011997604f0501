using Confluent.Kafka;
using Microsoft.Extensions.Logging;

namespace StreamSocial.Kafka.Producing;

public sealed partial class ProducerPool
{
    [LoggerMessage(Level = LogLevel.Error, Message = "A record for {Topic} [{Partition}] was not delivered: {Reason}")]
    private partial void LogNotDelivered(string topic, int partition, string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Kafka producer error (fatal: {Fatal}) {Code}: {Reason}")]
    private partial void LogError(bool fatal, ErrorCode code, string reason);

    [LoggerMessage(Level = LogLevel.Debug, Message = "{Client} {Facility}: {Text}")]
    private partial void LogClient(string client, string facility, string text);
}
