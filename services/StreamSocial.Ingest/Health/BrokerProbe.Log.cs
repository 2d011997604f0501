namespace StreamSocial.Ingest.Health;

internal sealed partial class BrokerProbe
{
    [LoggerMessage(Level = LogLevel.Information, Message = "Ready: the topics are on {BootstrapServers}")]
    private partial void LogReady(string bootstrapServers);

    [LoggerMessage(Level = LogLevel.Debug, Message = "Not ready: {Problem}")]
    private partial void LogNotReady(string problem);

    [LoggerMessage(Level = LogLevel.Debug, Message = "{Facility}: {Text}")]
    private partial void LogClient(string facility, string text);
}
