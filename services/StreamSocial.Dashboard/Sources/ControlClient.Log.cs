namespace StreamSocial.Dashboard.Sources;

internal sealed partial class ControlClient
{
    [LoggerMessage(LogLevel.Debug, "{Endpoint}{Path} did not answer: {Error}")]
    private static partial void LogUnread(ILogger logger, Uri endpoint, string path, string error);
}
