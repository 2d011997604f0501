using System.Text.Json.Serialization;

namespace StreamSocial.Kafka.Statistics;

/// <summary>What is read of a client's statistics.</summary>
/// <remarks>https://github.com/confluentinc/librdkafka/blob/master/STATISTICS.md</remarks>
internal sealed record ClientStatistics
{
    /// <summary>Unique in the process.</summary>
    [JsonPropertyName("name")]
    public required string Name { get; init; }

    /// <summary><c>producer</c> or <c>consumer</c>.</summary>
    [JsonPropertyName("type")]
    public required string Type { get; init; }

    /// <summary>Operations that wait for the application.</summary>
    [JsonPropertyName("replyq")]
    public long Operations { get; init; }

    [JsonPropertyName("msg_cnt")]
    public long QueuedRecords { get; init; }

    [JsonPropertyName("msg_size")]
    public long QueuedBytes { get; init; }

    /// <summary>By name of the connection.</summary>
    [JsonPropertyName("brokers")]
    public Dictionary<string, BrokerStatistics> Brokers { get; init; } = [];
}

/// <summary>A client's connection to a broker, since the client has known it.</summary>
internal sealed record BrokerStatistics
{
    public static BrokerStatistics None { get; } = new();

    /// <summary>The broker's <c>node.id</c>; negative for a bootstrap address and for the connection to a coordinator.</summary>
    [JsonPropertyName("nodeid")]
    public int Id { get; init; } = -1;

    /// <summary>Whether it is known which broker it is.</summary>
    [JsonIgnore]
    public bool IsKnown => Id >= 0;

    [JsonPropertyName("outbuf_cnt")]
    public long WaitingRequests { get; init; }

    [JsonPropertyName("waitresp_cnt")]
    public long RequestsInFlight { get; init; }

    [JsonPropertyName("txbytes")]
    public long SentBytes { get; init; }

    [JsonPropertyName("rxbytes")]
    public long ReceivedBytes { get; init; }

    [JsonPropertyName("txerrs")]
    public long SendErrors { get; init; }

    [JsonPropertyName("rxerrs")]
    public long ReceiveErrors { get; init; }

    [JsonPropertyName("req_timeouts")]
    public long Timeouts { get; init; }

    /// <summary>Of the last interval.</summary>
    [JsonPropertyName("rtt")]
    public RoundTripStatistics RoundTrip { get; init; } = new();

    /// <summary>Whether these totals may have grown from earlier ones: none is lower.</summary>
    public bool Continues(BrokerStatistics earlier) =>
        SentBytes >= earlier.SentBytes && ReceivedBytes >= earlier.ReceivedBytes
        && SendErrors >= earlier.SendErrors && ReceiveErrors >= earlier.ReceiveErrors && Timeouts >= earlier.Timeouts;
}

/// <summary>From requests to their answers, over an interval.</summary>
internal sealed record RoundTripStatistics
{
    [JsonPropertyName("cnt")]
    public long Count { get; init; }

    [JsonPropertyName("sum")]
    public long SumMicroseconds { get; init; }

    [JsonPropertyName("p99")]
    public long P99Microseconds { get; init; }
}

[JsonSerializable(typeof(ClientStatistics))]
internal sealed partial class StatisticsJson : JsonSerializerContext;
