using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;
using StreamSocial.Ingest.Publishing;

namespace StreamSocial.Ingest;

/// <summary>Options of ingest: what it accepts, how much it holds, and how long it waits for the brokers.</summary>
internal sealed class IngestOptions
{
    public const string SectionName = "Ingest";

    /// <summary>Most actions or interactions in one request; more are answered 413.</summary>
    /// <value>Default 1,000; 1 to 10,000; not above half of <see cref="QueueCapacityRecords"/>.</value>
    [Range(1, 10_000)]
    public int MaxBatchActions { get; set; } = 1_000;

    /// <summary>Largest request body; a larger one is answered 413.</summary>
    /// <value>Default 4 MiB; 1 KiB to 64 MiB.</value>
    [Range(1_024, 64 * 1_024 * 1_024)]
    public int MaxBodyBytes { get; set; } = 4 * 1_024 * 1_024;

    /// <summary>
    /// Longest text of a post or comment, in Unicode code points. A text that makes a larger record than the topics take is answered 413 whatever
    /// this is.
    /// </summary>
    /// <value>Default 5,000; 1 to 100,000.</value>
    [Range(1, 100_000)]
    public int MaxTextChars { get; set; } = 5_000;

    /// <summary>
    /// Most records that are accepted and not yet acknowledged by the brokers. A request that does not fit as a whole is answered 429.
    /// </summary>
    /// <value>Default 100,000; 2 to 500,000, which the producers' own queues always take.</value>
    [Range(2, 500_000)]
    public int QueueCapacityRecords { get; set; } = 100_000;

    /// <summary>
    /// How long this instance numbers its records under one name before it begins another. Feed generators forget a name that they have not heard for
    /// Streams:SourceMemory, which must be several times as long.
    /// </summary>
    /// <value>Default none: half of the retention of the topics, at least 6 h; 10 s to 365 days.</value>
    [Range(typeof(TimeSpan), "00:00:10", "365.00:00:00")]
    public TimeSpan? SourceLifetime { get; set; }

    /// <summary>Most bytes of such records. A request that does not fit as a whole is answered 429.</summary>
    /// <value>Default 256 MiB; 128 MiB to 16 GiB. The largest request fits into the least.</value>
    [Range(128L * 1_024 * 1_024, 16L * 1_024 * 1_024 * 1_024)]
    public long QueueCapacityBytes { get; set; } = 256L * 1_024 * 1_024;

    /// <summary>
    /// Longest wait for the acknowledgement of all records of a request before it is answered 503; the records may still arrive. New requests
    /// are answered 429 while an accepted one has waited for more than three quarters of this time.
    /// </summary>
    /// <value>Default 30 s, the time that Kafka's clients give a request; 0.1 s to 5 min.</value>
    [Range(typeof(TimeSpan), "00:00:00.1", "00:05:00", ConvertValueInInvariantCulture = true, ParseLimitsInInvariantCulture = true)]
    public TimeSpan AckTimeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>Value of <c>Retry-After</c> with 429 and 503, rounded up to seconds.</summary>
    /// <value>Default 1 s; 1 s to 5 min.</value>
    [Range(typeof(TimeSpan), "00:00:01", "00:05:00", ConvertValueInInvariantCulture = true, ParseLimitsInInvariantCulture = true)]
    public TimeSpan RetryAfter { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>
    /// How many of the latest ids this instance remembers with what they stood for, to answer 422 when a user gives one to something else. Ids
    /// that it has forgotten, or that another instance took, are not recognised: the first contents count.
    /// </summary>
    /// <value>Default 65,536; 0 (none) to 10,000,000. Each takes some 100 bytes.</value>
    [Range(0, 10_000_000)]
    public int RememberedIds { get; set; } = 65_536;

    /// <summary>How far <c>occurredAt</c> may be ahead of the clock.</summary>
    /// <value>Default 5 min; 0 to 1 day.</value>
    [Range(typeof(TimeSpan), "00:00:00", "1.00:00:00", ConvertValueInInvariantCulture = true, ParseLimitsInInvariantCulture = true)]
    public TimeSpan MaxClockSkew { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>Records of one partition ahead of its consumer at which requests for it are rejected; on the embedded cluster, which keeps only the last 100,000.</summary>
    /// <value>Default 80,000; 1 to 95,000.</value>
    [Range(1, 95_000)]
    public int EmbeddedMaxAheadRecords { get; set; } = 80_000;

    /// <summary>Bytes of one partition ahead of its consumer at which requests for it are rejected; on the embedded cluster, which keeps only the last 5 MiB.</summary>
    /// <value>Default 4 MiB; 64 KiB to 4.5 MiB.</value>
    [Range(64 * 1_024, 9 * 512 * 1_024)]
    public int EmbeddedMaxAheadBytes { get; set; } = 4 * 1_024 * 1_024;
}

/// <summary>Rules across several options.</summary>
internal sealed class IngestOptionsValidator : IValidateOptions<IngestOptions>
{
    public ValidateOptionsResult Validate(string? name, IngestOptions options) =>
        options.MaxBatchActions * OutgoingRecord.MostOfAnEntry <= options.QueueCapacityRecords
            ? ValidateOptionsResult.Success
            : ValidateOptionsResult.Fail(
                $"Ingest:MaxBatchActions ({options.MaxBatchActions}) is above half of Ingest:QueueCapacityRecords ({options.QueueCapacityRecords}): "
                + "a full batch of blocks, which are two records each, would never fit. Raise the queue or lower the batch.");
}
