namespace StreamSocial.Ingest.Publishing;

internal sealed partial class PublishLoop
{
    [LoggerMessage(Level = LogLevel.Information, Message = "Writing as edge source {Source} through {Producers} producers")]
    private partial void LogStarted(string source, int producers);

    [LoggerMessage(Level = LogLevel.Critical, Message = "A producer refused a record for {Topic} [{Partition}]: {Reason}. Ending the process")]
    private partial void LogRefused(string topic, int partition, string reason);
}
