using System.Collections.Concurrent;
using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Globalization;
using System.Text.Json;
using Confluent.Kafka;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace StreamSocial.Kafka.Statistics;

/// <summary>
/// The instruments of the data plane's clients, from librdkafka's statistics; those of the control plane have Aspire's. Clients of one kind are added up by
/// broker: a service has dozens of producers, and the broker is what differs. Thread-safe.
/// </summary>
/// <remarks>
/// A client reports on the thread that polls it, as one JSON text of about 1 KB for each of its partitions, which is read once without what is not needed. A
/// client that is built while nobody listens to the instruments reports nothing.
/// </remarks>
public sealed partial class KafkaClientMetrics
{
    public const string MeterName = "StreamSocial.Kafka";

    private const string Producers = "producer";

    /// <summary>What a client said is in the gauges until it has missed so many reports.</summary>
    private const int MissedReports = 3;

    private readonly ConcurrentDictionary<string, Report> _reports = new(StringComparer.Ordinal);
    private readonly TimeProvider _time;
    private readonly ILogger<KafkaClientMetrics> _logger;
    private readonly TimeSpan _interval;
    private readonly Counter<long> _sent;
    private readonly Counter<long> _received;
    private readonly Counter<long> _errors;

    public KafkaClientMetrics(IMeterFactory factory, IOptions<KafkaOptions> options, TimeProvider time, ILogger<KafkaClientMetrics> logger)
    {
        (_time, _logger, _interval) = (time, logger, options.Value.StatisticsInterval);
        var meter = factory.Create(MeterName);
        _sent = meter.CreateCounter<long>("streamsocial.kafka.client.sent", "By", "Bytes that clients sent to a broker, with framing.");
        _received = meter.CreateCounter<long>("streamsocial.kafka.client.received", "By", "Bytes that clients received from a broker, with framing.");
        _errors = meter.CreateCounter<long>("streamsocial.kafka.client.errors", "{error}", "Requests to a broker that could not be sent, answers that could not be read, and answers that did not come, by kind.");
        BrokerGauge("streamsocial.kafka.client.round_trip.mean", "s", "From a request to its answer, over the last interval.", MeanOf);
        BrokerGauge("streamsocial.kafka.client.round_trip.p99", "s", "99th percentile of the slowest client from a request to its answer, over the last interval.", SlowestOf);
        BrokerGauge("streamsocial.kafka.client.requests.waiting", "{request}", "Requests that wait to be sent to a broker.", brokers => brokers.Sum(broker => broker.WaitingRequests));
        BrokerGauge("streamsocial.kafka.client.requests.in_flight", "{request}", "Requests that a broker has not answered.", brokers => brokers.Sum(broker => broker.RequestsInFlight));
        meter.CreateObservableGauge("streamsocial.kafka.client.operations", ReadOperations, "{operation}", "Events and records that wait until the service takes them from its clients.");
        ProducerGauge("streamsocial.kafka.producer.queue.records", "{record}", "Records in producers' queues, sent or not, that no broker has acknowledged.", client => client.QueuedRecords);
        ProducerGauge("streamsocial.kafka.producer.queue.size", "By", "Bytes of these records.", client => client.QueuedBytes);

        void BrokerGauge(string name, string unit, string description, Func<IReadOnlyCollection<BrokerStatistics>, double?> read) =>
            meter.CreateObservableGauge(name, () => ReadBrokers(read), unit, description);

        void ProducerGauge(string name, string unit, string description, Func<ClientStatistics, long> read) => meter.CreateObservableGauge(
            name, () => Current.Where(client => client.Type == Producers).Select(read).ToList() is { Count: > 0 } counts ? [new(counts.Sum())] : Array.Empty<Measurement<long>>(), unit, description);
    }

    /// <summary>Has a consumer report; call it before the consumer is built.</summary>
    public void Watch<TKey, TValue>(ConsumerConfig config, ConsumerBuilder<TKey, TValue> builder)
    {
        if (Prepare(config))
        {
            var record = Follow();
            builder.SetStatisticsHandler((_, json) => record(json));
        }
    }

    /// <summary>Has a producer report; call it before the producer is built.</summary>
    public void Watch<TKey, TValue>(ProducerConfig config, ProducerBuilder<TKey, TValue> builder)
    {
        if (Prepare(config))
        {
            var record = Follow();
            builder.SetStatisticsHandler((_, json) => record(json));
        }
    }

    /// <summary>Takes the reports of one client, which come one after the other. What was counted of it stays with its handler for as long as the client lives: one that was silent adds only what is new.</summary>
    internal Action<string> Follow()
    {
        Dictionary<string, BrokerStatistics> counted = new(StringComparer.Ordinal);
        return json => Record(json, counted);
    }

    private void Record(string json, Dictionary<string, BrokerStatistics> counted)
    {
        ClientStatistics client;
        try
        {
            client = JsonSerializer.Deserialize(json, StatisticsJson.Default.ClientStatistics)!;
        }
        catch (JsonException e)
        {
            LogUnreadable(e);
            return;
        }

        foreach (var (name, broker) in client.Brokers)
        {
            var before = counted.GetValueOrDefault(name, BrokerStatistics.None);
            // A broker that was away is a new one for the client, and counts from 0.
            if (broker.IsKnown)
                Count(client.Type, broker, broker.Continues(before) ? before : BrokerStatistics.None);
            counted[name] = broker;
        }
        _reports[client.Name] = new Report(client, _time.GetTimestamp());
    }

    private IEnumerable<ClientStatistics> Current
    {
        get
        {
            foreach (var ended in _reports.Where(report => _time.GetElapsedTime(report.Value.At) > MissedReports * _interval))
                _reports.TryRemove(ended);
            return _reports.Values.Select(report => report.Client);
        }
    }

    private bool Prepare(ClientConfig config)
    {
        if (_interval <= TimeSpan.Zero || !_sent.Enabled)
            return false;
        config.StatisticsIntervalMs ??= (int)_interval.TotalMilliseconds;
        return true;
    }

    private void Count(string type, BrokerStatistics now, BrokerStatistics before)
    {
        var tags = TagsOf(type, now.Id);
        _sent.Add(now.SentBytes - before.SentBytes, tags);
        _received.Add(now.ReceivedBytes - before.ReceivedBytes, tags);
        CountErrors("send", now.SendErrors - before.SendErrors);
        CountErrors("receive", now.ReceiveErrors - before.ReceiveErrors);
        CountErrors("timeout", now.Timeouts - before.Timeouts);

        // A kind is measured from its first error on.
        void CountErrors(string kind, long errors)
        {
            if (errors > 0)
                _errors.Add(errors, [.. tags, new("kind", kind)]);
        }
    }

    private IEnumerable<Measurement<double>> ReadBrokers(Func<IReadOnlyCollection<BrokerStatistics>, double?> read) => Current
        .SelectMany(client => client.Brokers.Values.Where(broker => broker.IsKnown), (client, broker) => (client.Type, Broker: broker))
        .GroupBy(entry => (entry.Type, entry.Broker.Id), entry => entry.Broker)
        .Select(brokers => (brokers.Key, Value: read([.. brokers])))
        .Where(measured => measured.Value is not null)
        .Select(measured => new Measurement<double>(measured.Value!.Value, TagsOf(measured.Key.Type, measured.Key.Id)));

    private IEnumerable<Measurement<long>> ReadOperations() => Current
        .GroupBy(client => client.Type)
        .Select(clients => new Measurement<long>(clients.Sum(client => client.Operations), new TagList { { "client", clients.Key } }));

    /// <summary>Null when no request was answered.</summary>
    private static double? MeanOf(IReadOnlyCollection<BrokerStatistics> brokers) =>
        brokers.Sum(broker => broker.RoundTrip.Count) is > 0 and var count ? brokers.Sum(broker => broker.RoundTrip.SumMicroseconds) / 1e6 / count : null;

    /// <inheritdoc cref="MeanOf"/>
    private static double? SlowestOf(IReadOnlyCollection<BrokerStatistics> brokers) =>
        brokers.Where(broker => broker.RoundTrip.Count > 0).Select(broker => broker.RoundTrip.P99Microseconds / 1e6).Cast<double?>().Max();

    private static TagList TagsOf(string type, int broker) => new() { { "client", type }, { "broker", broker.ToString(CultureInfo.InvariantCulture) } };

    [LoggerMessage(Level = LogLevel.Warning, Message = "librdkafka's statistics cannot be read")]
    private partial void LogUnreadable(Exception exception);

    private sealed record Report(ClientStatistics Client, long At);
}
