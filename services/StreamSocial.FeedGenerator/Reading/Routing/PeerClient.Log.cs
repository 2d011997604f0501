namespace StreamSocial.FeedGenerator.Reading.Routing;

internal sealed partial class PeerClient
{
    [LoggerMessage(Level = LogLevel.Debug, Message = "Another replica could not be asked for {Uri}; its owner is looked for again")]
    public partial void LogOutage(Uri? uri, Exception exception);
}
