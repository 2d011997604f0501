using Microsoft.Extensions.Logging;
using StreamSocial.Streams.Tasks;

namespace StreamSocial.Streams.Poison;

/// <summary>Says in the log which entries went to a dead-letter topic and why.</summary>
internal sealed partial class PoisonLog(ILogger<PoisonLog> logger)
{
    private readonly ILogger _logger = logger;

    public void Write(PoisonEntry entry) => LogPoison(entry.Origin, entry.Offset, entry.Index, entry.Tries, entry.Error);

    [LoggerMessage(Level = LogLevel.Error, Message = "Entry {Index} of {Task} offset {Offset} could not be processed in {Tries} tries; it went to the dead-letter topic")]
    private partial void LogPoison(TaskId task, long offset, int index, int tries, Exception error);
}
