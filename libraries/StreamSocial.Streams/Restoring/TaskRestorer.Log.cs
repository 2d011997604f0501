using Microsoft.Extensions.Logging;
using StreamSocial.Streams.Tasks;

namespace StreamSocial.Streams.Restoring;

internal sealed partial class TaskRestorer
{
    private readonly ILogger _logger;

    [LoggerMessage(Level = LogLevel.Debug, Message = "Restored {Task} at checkpoint {Checkpoint} from {Records} records, {Bytes} bytes; the state has {StateBytes}")]
    private partial void LogRestored(TaskId task, long checkpoint, long records, long bytes, long stateBytes);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The state of {Task} that was kept cannot be continued; the whole changelog is read")]
    private partial void LogStartsOver(TaskId task);
}
