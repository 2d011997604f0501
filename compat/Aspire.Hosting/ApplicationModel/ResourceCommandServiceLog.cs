using Microsoft.Extensions.Logging;

namespace Aspire.Hosting.ApplicationModel;

internal static partial class ResourceCommandServiceLog
{
    [LoggerMessage(Level = LogLevel.Error, Message = "Command {Command} of {Resource} failed")]
    public static partial void CommandFailed(ILogger logger, Exception exception, string command, string resource);
}
