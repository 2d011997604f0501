using System.Diagnostics;
using System.Diagnostics.Metrics;
using StreamSocial.Ingest.HotKeys;
using StreamSocial.Ingest.Publishing;

namespace StreamSocial.Ingest.Telemetry;

/// <summary>Metrics of ingest. Tags are topics and reasons, never users.</summary>
internal sealed class IngestMetrics
{
    public const string MeterName = "StreamSocial.Ingest";

    private readonly Counter<long> _sent;
    private readonly Counter<long> _accepted;
    private readonly Counter<long> _refused;
    private readonly Counter<long> _spread;
    private readonly Histogram<double> _ackDuration;
    private readonly Histogram<int> _sendRecords;

    public IngestMetrics(IMeterFactory factory, PublishQueue queue, IContentSpread spread)
    {
        var meter = factory.Create(MeterName);
        _sent = meter.CreateCounter<long>("messaging.client.sent.messages", "{message}", "Records handed to Kafka producers.");
        _accepted = meter.CreateCounter<long>("streamsocial.ingest.accepted", "{record}", "Records acknowledged by the brokers and answered 202.");
        _refused = meter.CreateCounter<long>("streamsocial.ingest.refused", "{request}", "Requests not answered 202, by reason.");
        _spread = meter.CreateCounter<long>("streamsocial.ingest.spread", "{record}", "Records taken whose content is hot, so that its interactions are spread over several partitions.");
        _ackDuration = meter.CreateHistogram<double>(
            "streamsocial.ingest.ack.duration", "s", "From a request's acceptance into the queue to the acknowledgement of its last record.",
            advice: new() { HistogramBucketBoundaries = [0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 30] });
        _sendRecords = meter.CreateHistogram<int>("streamsocial.ingest.send.records", "{record}", "Records that one turn of the writer sent together.");
        meter.CreateObservableUpDownCounter("streamsocial.ingest.queue.depth", () => queue.Depth, "{record}", "Records accepted and not yet acknowledged.");
        meter.CreateObservableUpDownCounter("streamsocial.ingest.hot_keys", () => spread.HotContents, "{key}", "Contents that are hot at present, as all instances see them.");
    }

    public void Accepted(string topic, int records, TimeSpan ackDuration)
    {
        var tag = Destination(topic);
        _accepted.Add(records, tag);
        _ackDuration.Record(ackDuration.TotalSeconds, tag);
    }

    public void Spread(string topic, int records)
    {
        if (records > 0)
            _spread.Add(records, Destination(topic));
    }

    public void Refused(string reason) => _refused.Add(1, new KeyValuePair<string, object?>("error.type", reason));

    public void Sent(string topic, int records) => _sent.Add(records, new TagList
    {
        { "messaging.system", "kafka" },
        { "messaging.operation.name", "send" },
        { "messaging.destination.name", topic },
    });

    public void SendRound(int records) => _sendRecords.Record(records);

    private static KeyValuePair<string, object?> Destination(string topic) => new("messaging.destination.name", topic);
}
