using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;
using System.Text.Json.Serialization;
using Confluent.Kafka;
using StreamSocial.Kafka.Records;
using StreamSocial.Topics;

namespace StreamSocial.Kafka.DeadLetters;

/// <summary>An entry that could not be processed, as it lies in a dead-letter topic. What its headers do not say is null.</summary>
public sealed record DeadLetter
{
    public required string Topic { get; init; }

    public required int Partition { get; init; }

    public required long Offset { get; init; }

    /// <summary>When it was given up.</summary>
    public required DateTimeOffset At { get; init; }

    public required string? OriginTopic { get; init; }

    public required int? OriginPartition { get; init; }

    public required long? OriginOffset { get; init; }

    /// <summary>Place of the entry in its record, from 0; -1 when the record as a whole could not be read.</summary>
    public required long? OriginEntry { get; init; }

    /// <summary>Timestamp of the record that held it.</summary>
    public required DateTimeOffset? OriginTimestamp { get; init; }

    public required long? Tries { get; init; }

    public required string? ErrorType { get; init; }

    public required string? ErrorMessage { get; init; }

    public required int Bytes { get; init; }

    /// <summary>Bytes of the entry that are not here because they did not fit into a record; null when all are. Its origin has them.</summary>
    public required long? OmittedBytes { get; init; }

    [JsonIgnore]
    public byte[]? Key { get; init; }

    [JsonIgnore]
    public byte[]? Payload { get; init; }

    /// <summary>All its headers, in their order; what is no text is shown with replacement characters, and a header without a value as null.</summary>
    [JsonIgnore]
    public IReadOnlyList<KeyValuePair<string, string?>> Headers { get; init; } = [];

    /// <summary>Whether it says where to send it back to, and is complete. Anybody may write a dead letter, so it goes to no topic but the one whose it is.</summary>
    [JsonIgnore]
    [MemberNotNullWhen(true, nameof(OriginTopic), nameof(OriginPartition))]
    public bool IsReplayable => OriginTopic is not null && OriginPartition is not null && OmittedBytes is null && DeadLetterTopic.NameOf(OriginTopic) == Topic;

    /// <summary>How a command line names it.</summary>
    public string Id => Place.ToString();

    /// <summary>Where it lies.</summary>
    [JsonIgnore]
    public DeadLetterPlace Place => new(Topic, Partition, Offset);

    /// <summary>Reads a record of a dead-letter topic.</summary>
    public static DeadLetter Of(ConsumeResult<byte[]?, byte[]?> record)
    {
        var headers = record.Message.Headers;
        return new DeadLetter
        {
            Topic = record.Topic,
            Partition = record.Partition.Value,
            Offset = record.Offset.Value,
            At = Time(record.Message.Timestamp.UnixTimestampMs) ?? DateTimeOffset.UnixEpoch,
            OriginTopic = Text(headers, DeadLetterHeaders.OriginTopic),
            OriginPartition = Number(headers, DeadLetterHeaders.OriginPartition) is >= 0 and <= FieldCheck.LargestPartition and { } partition ? (int)partition : null,
            OriginOffset = Number(headers, DeadLetterHeaders.OriginOffset),
            OriginEntry = Number(headers, DeadLetterHeaders.OriginEntry),
            OriginTimestamp = Time(Number(headers, DeadLetterHeaders.OriginTimestamp)),
            Tries = Number(headers, DeadLetterHeaders.Tries),
            ErrorType = Text(headers, DeadLetterHeaders.ErrorType),
            ErrorMessage = Text(headers, DeadLetterHeaders.ErrorMessage),
            Bytes = record.Message.Value?.Length ?? 0,
            OmittedBytes = Number(headers, DeadLetterHeaders.OmittedBytes),
            Key = record.Message.Key,
            Payload = record.Message.Value,
            Headers = [.. (headers ?? []).Select(header => KeyValuePair.Create(header.Key, header.GetValueBytes() is { } bytes ? Encoding.UTF8.GetString(bytes) : null))],
        };
    }

    private static string? Text(Headers? headers, string name) =>
        headers.TryGet(name, out var bytes) ? Encoding.UTF8.GetString(bytes) : null;

    private static DateTimeOffset? Time(long? unixMilliseconds) =>
        unixMilliseconds >= 0 && unixMilliseconds <= DateTimeOffset.MaxValue.ToUnixTimeMilliseconds() ? DateTimeOffset.FromUnixTimeMilliseconds(unixMilliseconds.Value) : null;

    private static long? Number(Headers? headers, string name) =>
        long.TryParse(Text(headers, name), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) ? number : null;
}

/// <summary>Where a dead letter lies.</summary>
/// <param name="Topic">The dead-letter topic.</param>
/// <param name="Partition">Its partition.</param>
/// <param name="Offset">Its offset.</param>
public readonly record struct DeadLetterPlace(string Topic, int Partition, long Offset)
{
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Topic}:{Partition}:{Offset}");
}

/// <summary>Dead letters could not be read or sent; the message says why, in one sentence.</summary>
public sealed class DeadLetterException(string message, Exception? innerException = null) : Exception(message, innerException);
