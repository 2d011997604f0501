using System.Collections.Concurrent;
using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Text.Json;
using Microsoft.Extensions.Logging;

namespace Aspire.Confluent.Kafka;

/// <summary>Metrics of all clients, from the statistics that librdkafka gives as JSON.</summary>
internal sealed partial class KafkaStatistics
{
    public const string MeterName = "Aspire.Confluent.Kafka";

    private static readonly (string Field, string Name, string Unit, string Description)[] Totals =
    [
        ("tx", "messaging.kafka.network.tx", "{request}", "Requests sent to the brokers"),
        ("tx_bytes", "messaging.kafka.network.transmitted", "By", "Bytes sent to the brokers"),
        ("txmsgs", "messaging.publish.messages", "{message}", "Messages produced"),
        ("txmsg_bytes", "messaging.kafka.message.transmitted", "By", "Bytes of messages produced, with framing"),
        ("rx", "messaging.kafka.network.rx", "{response}", "Responses received from the brokers"),
        ("rx_bytes", "messaging.kafka.network.received", "By", "Bytes received from the brokers"),
        ("rxmsgs", "messaging.receive.messages", "{message}", "Messages consumed"),
        ("rxmsg_bytes", "messaging.kafka.message.received", "By", "Bytes of messages consumed, with framing"),
    ];

    private static readonly (string Field, string Name, string Unit, string Description)[] Levels =
    [
        ("replyq", "messaging.kafka.consumer.queue.message_count", "{operation}", "Operations that wait for the application"),
        ("msg_cnt", "messaging.kafka.producer.queue.message_count", "{message}", "Messages in the producer's queues"),
        ("msg_size", "messaging.kafka.producer.queue.size", "By", "Bytes of messages in the producer's queues"),
    ];

    private readonly ConcurrentDictionary<string, Reading> _latest = [];
    private readonly Counter<long>[] _counters;
    private readonly ILogger<KafkaStatistics> _logger;

    public KafkaStatistics(IMeterFactory meters, ILogger<KafkaStatistics> logger)
    {
        _logger = logger;
        var meter = meters.Create(MeterName);
        _counters = [.. Totals.Select(total => meter.CreateCounter<long>(total.Name, total.Unit, total.Description))];
        foreach (var (index, level) in Levels.Index())
            meter.CreateObservableGauge(level.Name, () => _latest.Values.Select(reading => new Measurement<long>(reading.Levels[index], reading.Tags)), level.Unit, level.Description);
    }

    /// <summary>Takes one report of one client; reports of a client come one after the other.</summary>
    public void Record(string json)
    {
        Reading reading;
        try
        {
            using var document = JsonDocument.Parse(json);
            reading = Read(document.RootElement);
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            LogUnreadable(e);
            return;
        }

        var before = _latest.GetValueOrDefault(reading.Client);
        // A broker that the client forgets, because it is away, takes its part of the totals with it; a counter does not go down.
        foreach (var (index, counter) in _counters.Index())
            counter.Add(Math.Max(0, reading.Totals[index] - (before?.Totals[index] ?? 0)), reading.Tags);
        _latest[reading.Client] = reading;
    }

    private static Reading Read(JsonElement statistics)
    {
        var client = statistics.GetProperty("name").GetString()!;
        return new Reading(
            client,
            [.. Totals.Select(total => statistics.GetProperty(total.Field).GetInt64())],
            [.. Levels.Select(level => statistics.GetProperty(level.Field).GetInt64())],
            new TagList
            {
                { "messaging.client_id", statistics.GetProperty("client_id").GetString() },
                { "name", client },
                { "type", statistics.GetProperty("type").GetString() },
            });
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "librdkafka's statistics cannot be read")]
    private partial void LogUnreadable(Exception exception);

    private sealed record Reading(string Client, long[] Totals, long[] Levels, TagList Tags);
}
