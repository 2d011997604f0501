using System.Text;
using System.Text.Json.Serialization;
using StreamSocial.Events.Stages;
using StreamSocial.Kafka.DeadLetters;

namespace StreamSocial.Dashboard.DeadLetters;

/// <summary>Some dead letters, newest first; the answer of <c>GET /api/dead-letters</c>.</summary>
/// <param name="Letters">The letters.</param>
/// <param name="Next">Value of <c>before</c> for the next page; null when there is nothing older.</param>
/// <param name="Unread">Partitions that the brokers did not deliver in time, as <c>topic:partition</c>: their letters may be missing.</param>
internal sealed record DeadLetterList(IReadOnlyList<DeadLetterView> Letters, string? Next, IReadOnlyList<string> Unread);

/// <summary>One dead letter; what its headers do not say is null.</summary>
/// <param name="Topic">The dead-letter topic.</param>
/// <param name="Partition">Its partition.</param>
/// <param name="Offset">Its offset.</param>
/// <param name="At">When it was given up, Unix milliseconds.</param>
/// <param name="OriginTopic">The topic that it came from.</param>
/// <param name="OriginPartition">Its partition there.</param>
/// <param name="OriginOffset">Offset of the record that held it.</param>
/// <param name="OriginEntry">Its place in that record, from 0; -1 when the record as a whole could not be read.</param>
/// <param name="OriginAt">Timestamp of that record, Unix milliseconds.</param>
/// <param name="Tries">Attempts to process it.</param>
/// <param name="ErrorType">Type of the last error.</param>
/// <param name="ErrorMessage">Its message.</param>
/// <param name="Headers">All headers, as text.</param>
/// <param name="Key">The key, as text.</param>
/// <param name="Bytes">Size of the payload.</param>
/// <param name="OmittedBytes">Bytes that are not here, because they did not fit; null when all are.</param>
/// <param name="Contract">Name of the message as which the payload was read; null when it is none, or the record as a whole could not be read.</param>
/// <param name="Json">The payload's fields as JSON, at most 16,384 characters; null when it was not read.</param>
/// <param name="UnknownBytes">Bytes of the payload that the contract does not know.</param>
/// <param name="Base64">The first 4,096 bytes of a payload that was not read; null for one that was.</param>
/// <param name="IsReplayable">Whether it can be sent back: it says where it came from, and is complete.</param>
/// <param name="Replayed">When it was sent back last, or may have been, by the log of actions, Unix milliseconds; null when this is not known to have happened.</param>
internal sealed record DeadLetterView(
    string Topic, int Partition, long Offset, long At, string? OriginTopic, int? OriginPartition, long? OriginOffset, long? OriginEntry, long? OriginAt, long? Tries,
    string? ErrorType, string? ErrorMessage, IReadOnlyList<HeaderView> Headers, string? Key, int Bytes, long? OmittedBytes, string? Contract, string? Json, int? UnknownBytes,
    string? Base64, bool IsReplayable, long? Replayed)
{
    private const int MaxJsonChars = 16_384;
    private const int MaxRawBytes = 4_096;
    private const long WholeRecord = -1;

    /// <summary>Where it lies.</summary>
    [JsonIgnore]
    public DeadLetterPlace Place => new(Topic, Partition, Offset);

    /// <summary>A letter of which is not known whether it was sent back.</summary>
    public static DeadLetterView From(DeadLetter letter)
    {
        var decoded = letter.OriginEntry == WholeRecord || letter.OmittedBytes is not null ? null : EntryContracts.Decode(letter.OriginTopic, letter.Payload);
        return new DeadLetterView(
            letter.Topic, letter.Partition, letter.Offset, letter.At.ToUnixTimeMilliseconds(), letter.OriginTopic, letter.OriginPartition, letter.OriginOffset, letter.OriginEntry,
            letter.OriginTimestamp?.ToUnixTimeMilliseconds(), letter.Tries, letter.ErrorType, letter.ErrorMessage,
            [.. letter.Headers.Select(header => new HeaderView(header.Key, header.Value))],
            letter.Key is { Length: > 0 } key ? Encoding.UTF8.GetString(key) : null,
            letter.Bytes, letter.OmittedBytes, decoded?.Contract, Cut(decoded?.Json), decoded?.UnknownBytes,
            decoded is null ? Convert.ToBase64String((letter.Payload ?? []).AsSpan(0, Math.Min(letter.Bytes, MaxRawBytes))) : null,
            letter.IsReplayable, Replayed: null);
    }

    private static string? Cut(string? text) => text is { Length: > MaxJsonChars } ? text[..MaxJsonChars] + "…" : text;
}

/// <summary>A header of a record.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Value">Its value as text; null when it has none.</param>
internal sealed record HeaderView(string Name, string? Value);

/// <summary>Which dead letters are sent back; the body of <c>POST /api/dead-letters:replay</c>.</summary>
/// <param name="Letters">1 to 40 letters.</param>
internal sealed record ReplayRequest(IReadOnlyList<ReplayedPlace?>? Letters);

/// <summary>A dead letter that is sent back.</summary>
/// <param name="Topic">The dead-letter topic.</param>
/// <param name="Partition">Its partition.</param>
/// <param name="Offset">Its offset.</param>
/// <param name="Repeat">Whether it goes again if it was sent before.</param>
internal sealed record ReplayedPlace(string? Topic, int Partition, long Offset, bool Repeat = false);

/// <summary>What was sent back.</summary>
/// <param name="Sent">How many letters.</param>
internal sealed record ReplayResult(int Sent);
