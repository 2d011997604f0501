using System.Globalization;
using System.Text;
using Confluent.Kafka;
using Google.Protobuf;
using Microsoft.Extensions.Logging;
using StreamSocial.Kafka.Limits;
using StreamSocial.Streams.Tasks;
using StreamSocial.Topics;

namespace StreamSocial.Streams.Poison;

/// <summary>An entry that could not be processed, as it goes to the dead-letter topic of its input: its bytes, its origin and its error.</summary>
/// <param name="Origin">The task that rejected it.</param>
/// <param name="Timestamp">Timestamp of its record, Unix milliseconds.</param>
/// <param name="Key">Key of the record.</param>
/// <param name="Payload">The entry's payload, or the record's value.</param>
/// <param name="Failure">Where it stood, how often it was tried, and the last error.</param>
internal sealed record PoisonEntry(TaskId Origin, long Timestamp, byte[] Key, byte[] Payload, EntryFailure Failure)
{
    private const int LongestMessage = 1_000;
    private const int LongestTypeName = 200;

    /// <summary>Most bytes of the headers: 1,000 characters of three bytes, a type's name, and numbers.</summary>
    private const int HeaderBytes = 4_096;

    /// <summary>
    /// Whether the entry caused an error, and not the machine, the disk, the brokers or damaged state (<see cref="InvalidDataException"/>). Bytes that
    /// are no message are the entry's, though their exception is an <see cref="IOException"/>.
    /// </summary>
    public static bool IsCausedByEntry(Exception error) => error is InvalidProtocolBufferException or not (
        KafkaException or IOException or InvalidDataException or OutOfMemoryException or OperationCanceledException or ObjectDisposedException);

    /// <summary>
    /// The record of the dead-letter topic. The headers come to a record that may be as large as a record can be already: then its payload, or
    /// its key too, is left out, and a header says so; the origin has them for as long as its topic keeps them.
    /// </summary>
    /// <param name="maxDataBytes">Most bytes of a record's key and value; its headers have <see cref="RecordLimit.OverheadBytes"/> besides.</param>
    public Message<byte[]?, byte[]?> ToLetter(int maxDataBytes)
    {
        var headers = CreateHeaders();
        var key = Key.Length + HeaderBytes <= maxDataBytes ? Key : [];
        byte[]? payload = key.Length + Payload.Length + HeaderBytes <= maxDataBytes ? Payload : null;
        if (payload is null)
            headers.Add(DeadLetterHeaders.OmittedBytes, Number((long)Payload.Length + (key.Length < Key.Length ? Key.Length : 0)));
        return new() { Key = key, Value = payload, Headers = headers };
    }

    /// <summary>The headers that describe it to an operator and to a replay.</summary>
    private Headers CreateHeaders() => new()
    {
        { DeadLetterHeaders.OriginTopic, Encoding.UTF8.GetBytes(Origin.Topic) },
        { DeadLetterHeaders.OriginPartition, Number(Origin.Partition) },
        { DeadLetterHeaders.OriginOffset, Number(Failure.Offset) },
        { DeadLetterHeaders.OriginEntry, Number(Failure.Index) },
        { DeadLetterHeaders.OriginTimestamp, Number(Timestamp) },
        { DeadLetterHeaders.Tries, Number(Failure.Tries) },
        { DeadLetterHeaders.ErrorType, Encoding.UTF8.GetBytes(Cut(Failure.ErrorType, LongestTypeName)) },
        { DeadLetterHeaders.ErrorMessage, Encoding.UTF8.GetBytes(Cut(Failure.ErrorMessage, LongestMessage)) },
    };

    private static string Cut(string text, int maxChars) => text.Length <= maxChars ? text : text[..maxChars];

    private static byte[] Number(long value) => Encoding.ASCII.GetBytes(value.ToString(CultureInfo.InvariantCulture));
}

/// <summary>Logs the entries that went to a dead-letter topic.</summary>
internal static partial class PoisonEntryLog
{
    /// <summary>Logs that the entry went to the dead-letter topic, and why.</summary>
    public static void Write(ILogger logger, PoisonEntry entry)
    {
        var failure = entry.Failure;
        LogPoison(logger, entry.Origin, failure.Offset, failure.Index, failure.Tries, failure.ErrorType, failure.ErrorMessage);
    }

    [LoggerMessage(
        Level = LogLevel.Error,
        Message = "Entry {Index} of {Task} offset {Offset} could not be processed in {Tries} tries and went to the dead-letter topic: {ErrorType}: {ErrorMessage}")]
    private static partial void LogPoison(ILogger logger, TaskId task, long offset, int index, int tries, string errorType, string errorMessage);
}
