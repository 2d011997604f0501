using Microsoft.Extensions.Logging;
using StreamSocial.Streams.Tasks;

namespace StreamSocial.Streams.Restoring;

internal sealed partial class TaskRestorer
{
    [LoggerMessage(Level = LogLevel.Debug, Message = "Restored {Task} at checkpoint {Checkpoint} from {Records} records, {Bytes} bytes")]
    private partial void LogRestored(TaskId task, long checkpoint, long records, long bytes);
}
