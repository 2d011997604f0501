using Confluent.Kafka;
using Microsoft.Extensions.Logging;

namespace StreamSocial.Streams.Checkpoints;

internal sealed partial class CheckpointTransactions
{
    private readonly ILogger _logger = logger;

    [LoggerMessage(Level = LogLevel.Warning, Message = "The transactional producer is not ready yet ({Code}: {Reason}); the first checkpoint tries again")]
    private partial void LogNotPrepared(ErrorCode code, string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "A transaction with {Count} checkpoints was given up ({Code}: {Reason}); those of tasks still here are tried again")]
    private partial void LogAborted(int count, ErrorCode code, string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "A record of a checkpoint was refused as too large although the topics' limits were read at the start; from now on they have at most {Bytes} bytes")]
    private partial void LogTooLarge(int bytes);

    [LoggerMessage(Level = LogLevel.Warning, Message = "A transaction could not be aborted ({Code}: {Reason}); a new producer takes over")]
    private partial void LogNotAborted(ErrorCode code, string reason);
}
