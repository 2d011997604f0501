using Microsoft.Extensions.Logging;

namespace StreamSocial.Streams.Tasks;

internal sealed partial class TaskSupervisor
{
    private readonly ILogger _logger = logger;

    [LoggerMessage(Level = LogLevel.Information, Message = "All {Count} tasks are restored and run, {Milliseconds:F0} ms after the last assignment")]
    private partial void LogReady(int count, double milliseconds);

    [LoggerMessage(Level = LogLevel.Information, Message = "Gave back {Count} tasks, {Checkpointed} with a last checkpoint, in {Milliseconds:F0} ms")]
    private partial void LogRevoked(int count, int checkpointed, double milliseconds);
}
