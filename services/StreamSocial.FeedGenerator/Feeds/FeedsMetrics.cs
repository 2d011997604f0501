using System.Diagnostics.Metrics;

namespace StreamSocial.FeedGenerator.Feeds;

/// <summary>What this process has written into feeds since it started. Thread-safe.</summary>
internal sealed class FeedsMetrics
{
    public const string MeterName = "StreamSocial.Feeds";

    private long _deliveries;

    /// <summary>Creates the instruments; the factory owns them.</summary>
    public static FeedsMetrics Register(IMeterFactory factory)
    {
        var metrics = new FeedsMetrics();
        factory.Create(MeterName).CreateObservableCounter(
            "streamsocial.feeds.deliveries", () => Interlocked.Read(ref metrics._deliveries), "{entry}", "Entries applied to feeds, one for each recipient of an update");
        return metrics;
    }

    public void CountDeliveries(int recipients) => Interlocked.Add(ref _deliveries, recipients);
}
