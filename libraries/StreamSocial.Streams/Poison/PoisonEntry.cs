using System.Globalization;
using System.Text;
using Confluent.Kafka;
using Microsoft.Extensions.Logging;
using StreamSocial.Streams.Tasks;
using StreamSocial.Topics;

namespace StreamSocial.Streams.Poison;

/// <summary>An entry that could not be processed, as it goes to the dead-letter topic of its input: its bytes, its origin and what was wrong.</summary>
/// <param name="Origin">The task that refused it.</param>
/// <param name="Offset">Offset of its record in the input.</param>
/// <param name="Index">Place of the entry in its record; -1 when the record as a whole could not be read.</param>
/// <param name="Timestamp">Timestamp of its record, Unix milliseconds.</param>
/// <param name="Key">Key of the record.</param>
/// <param name="Payload">The entry's payload, or the record's value.</param>
/// <param name="Tries">How often it was tried.</param>
/// <param name="Error">The last error.</param>
internal sealed record PoisonEntry(TaskId Origin, long Offset, int Index, long Timestamp, byte[] Key, byte[] Payload, int Tries, Exception Error)
{
    private const int LongestMessage = 1_000;

    /// <summary>Whether an error is the entry's and not that of the machine, the disk, the brokers or the task's own state (damaged state is <see cref="InvalidDataException"/>).</summary>
    public static bool IsCausedByEntry(Exception error) => error is not (
        KafkaException or FASTER.core.FasterException or IOException or InvalidDataException or OutOfMemoryException or OperationCanceledException or ObjectDisposedException);

    /// <summary>The headers that tell a person, and a replay, what it is.</summary>
    public Headers CreateHeaders() => new()
    {
        { DeadLetterHeaders.OriginTopic, Encoding.UTF8.GetBytes(Origin.Topic) },
        { DeadLetterHeaders.OriginPartition, Number(Origin.Partition) },
        { DeadLetterHeaders.OriginOffset, Number(Offset) },
        { DeadLetterHeaders.OriginEntry, Number(Index) },
        { DeadLetterHeaders.OriginTimestamp, Number(Timestamp) },
        { DeadLetterHeaders.Tries, Number(Tries) },
        { DeadLetterHeaders.ErrorType, Encoding.UTF8.GetBytes(Error.GetType().FullName ?? Error.GetType().Name) },
        { DeadLetterHeaders.ErrorMessage, Encoding.UTF8.GetBytes(Error.Message.Length <= LongestMessage ? Error.Message : Error.Message[..LongestMessage]) },
    };

    private static byte[] Number(long value) => Encoding.ASCII.GetBytes(value.ToString(CultureInfo.InvariantCulture));
}

/// <summary>Says in the log which entries went to a dead-letter topic and why.</summary>
internal sealed partial class PoisonLog(ILogger<PoisonLog> logger)
{
    private readonly ILogger _logger = logger;

    public void Write(PoisonEntry entry) => LogPoison(entry.Origin, entry.Offset, entry.Index, entry.Tries, entry.Error);

    [LoggerMessage(Level = LogLevel.Error, Message = "Entry {Index} of {Task} offset {Offset} could not be processed in {Tries} tries; it went to the dead-letter topic")]
    private partial void LogPoison(TaskId task, long offset, int index, int tries, Exception error);
}
