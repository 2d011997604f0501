using Microsoft.Extensions.Options;

namespace StreamSocial.FeedGenerator.Reading.Streams;

/// <summary>The clock of streams and how often they do what.</summary>
internal sealed class StreamSettings(IOptions<ReadingOptions> options, TimeProvider timeProvider)
{
    public TimeProvider TimeProvider => timeProvider;

    public TimeSpan Heartbeat => options.Value.Heartbeat;

    public TimeSpan OwnershipCheck => options.Value.OwnershipCheck;

    /// <summary>A replica that is silent for this long, heartbeats included, is given up.</summary>
    public TimeSpan Silence => (2 * options.Value.Heartbeat) + options.Value.PeerTimeout;

    /// <summary>Longest wait for the head of a replica's answer, which may come only after a restore.</summary>
    public TimeSpan FirstAnswer => options.Value.WaitForPartition + options.Value.PeerTimeout;
}
