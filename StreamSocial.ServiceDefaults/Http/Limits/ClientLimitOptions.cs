using System.ComponentModel.DataAnnotations;

namespace StreamSocial.ServiceDefaults.Http.Limits;

/// <summary>
/// What one client may ask of a service's HTTP API. A client is an address: that of the connection, or the one that a trusted proxy names; of IPv6, the
/// network of 64 bits. Probes and other replicas have no limits.
/// </summary>
public sealed class ClientLimitOptions
{
    public const string SectionName = "ClientLimits";

    /// <summary>Streams (server-sent events) that a service holds open at a time.</summary>
    /// <value>Default 10,000; 1 to 1,000,000.</value>
    [Range(1, 1_000_000)]
    public int Streams { get; set; } = 10_000;

    /// <summary>Streams of one client at a time.</summary>
    /// <value>Default 2,000; 1 to 1,000,000.</value>
    [Range(1, 1_000_000)]
    public int StreamsPerClient { get; set; } = 2_000;

    /// <summary>How long a stream lasts until its client is told to connect again, to whichever replica it then gets.</summary>
    /// <value>Default 1 h; 1 s to 7 days.</value>
    [Range(typeof(TimeSpan), "00:00:01", "7.00:00:00", ParseLimitsInInvariantCulture = true, ConvertValueInInvariantCulture = true)]
    public TimeSpan StreamLifetime { get; set; } = TimeSpan.FromHours(1);

    /// <summary>Requests per second of one client; as many may come at once.</summary>
    /// <value>Default 0: no limit; 0 to 1,000,000.</value>
    [Range(0, 1_000_000)]
    public int RequestsPerSecond { get; set; }

    /// <summary>
    /// Most bytes of buffers for request bodies that a service holds, of all clients together. What does not fit is answered 503. A body takes up to three times its
    /// bytes, at least 16 KiB.
    /// </summary>
    /// <value>Default 512 MiB; 256 MiB to 64 GiB. The largest body of ingest fits into the least.</value>
    [Range(256L * 1_024 * 1_024, 64L * 1_024 * 1_024 * 1_024)]
    public long BodyBytes { get; set; } = 512L * 1_024 * 1_024;
}
