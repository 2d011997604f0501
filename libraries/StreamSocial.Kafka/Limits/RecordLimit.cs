namespace StreamSocial.Kafka.Limits;

/// <summary>
/// The largest record that the clients and every topic of the application take, and the bounds that follow from it. Everything that is cut or
/// refused by bytes takes its bound from here.
/// </summary>
public sealed record RecordLimit
{
    /// <summary>Largest record of a librdkafka client that is not configured otherwise (<c>message.max.bytes</c>).</summary>
    public const int ClientDefaultBytes = 1_000_000;

    /// <summary>Smallest <see cref="RecordBytes"/> with which an application can run.</summary>
    public const int SmallestBytes = 128 * 1024;

    /// <summary>Bytes of a record apart from its key and value: framing, and headers with the edge and the trace.</summary>
    public const int OverheadBytes = 4 * 1024;

    /// <summary>
    /// How much larger than an accepted record a record or a state entry may be that is made of it: ids, recipients and numbers come to its
    /// content.
    /// </summary>
    public const int DerivedBytes = 32 * 1024;

    /// <summary>
    /// Size at which a value of many parts is cut where its owner can cut it: small enough for every limit, so that the place of a cut does not
    /// depend on the cluster, and that a small change rewrites little.
    /// </summary>
    public const int PartBytes = 32 * 1024;

    /// <summary>Framing of a batch. A batch of one record must not be larger than the topic's <c>max.message.bytes</c>, which counts batches.</summary>
    private const int BatchOverheadBytes = 128;

    /// <exception cref="ArgumentOutOfRangeException">Fewer bytes than <see cref="SmallestBytes"/>.</exception>
    public RecordLimit(int recordBytes)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(recordBytes, SmallestBytes);
        RecordBytes = recordBytes;
    }

    /// <summary>The limit of a client that is not configured otherwise, on a cluster that does not say what it takes.</summary>
    public static RecordLimit ClientDefault { get; } = new(ClientDefaultBytes);

    /// <summary>Most bytes of a record with everything that belongs to it.</summary>
    public int RecordBytes { get; }

    /// <summary>Most bytes of a record's key and value together.</summary>
    public int MaxDataBytes => RecordBytes - OverheadBytes;

    /// <summary>Most bytes of key and value of a record that is accepted from outside, so that what is made of it fits too.</summary>
    public int MaxAcceptedBytes => MaxDataBytes - DerivedBytes;

    /// <summary>Derives the limit. Pure.</summary>
    /// <param name="clientBytes">The configured <c>message.max.bytes</c> of the clients; null when it is not configured.</param>
    /// <param name="topics">What the topics take, by name; empty when the cluster does not say.</param>
    /// <exception cref="RecordLimitException">The client's setting contradicts a topic's, or the smallest limit is too small to run.</exception>
    public static RecordLimit Derive(int? clientBytes, IEnumerable<KeyValuePair<string, int>> topics)
    {
        var largest = clientBytes ?? ClientDefaultBytes;
        var source = "Kafka:Client:message.max.bytes";
        foreach (var (topic, bytes) in topics.OrderBy(topic => topic.Value).ThenBy(topic => topic.Key, StringComparer.Ordinal).Take(1))
        {
            if (clientBytes > bytes)
                throw new RecordLimitException($"Kafka:Client:message.max.bytes is {clientBytes}, but topic {topic} takes at most {bytes} bytes (max.message.bytes): lower the one or raise the other.");
            if (bytes - BatchOverheadBytes < largest)
                (largest, source) = (bytes - BatchOverheadBytes, $"max.message.bytes of topic {topic}");
        }
        return largest >= SmallestBytes
            ? new RecordLimit(largest)
            : throw new RecordLimitException($"The largest record is {largest} bytes because of {source}; at least {SmallestBytes} are needed.");
    }
}

/// <summary>What clients, brokers and topics say about the largest record cannot be reconciled. The message is one sentence for an operator.</summary>
public sealed class RecordLimitException(string message) : Exception(message);
