namespace StreamSocial.Ingest.Health;

internal sealed partial class BrokerProbe
{
    [LoggerMessage(LogLevel.Information, "Ready: the topics are on {BootstrapServers}")]
    private partial void LogReady(string bootstrapServers);

    [LoggerMessage(LogLevel.Debug, "Not ready: {Problem}")]
    private partial void LogNotReady(string problem);

    [LoggerMessage(LogLevel.Debug, "{Facility}: {Text}")]
    private partial void LogClient(string facility, string text);
}
