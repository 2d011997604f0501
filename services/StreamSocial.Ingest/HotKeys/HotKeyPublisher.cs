using System.Collections.Concurrent;
using System.Text;
using Confluent.Kafka;
using Google.Protobuf;
using StreamSocial.Events;

namespace StreamSocial.Ingest.HotKeys;

/// <summary>
/// Writes to topic hot-keys which contents have become hot or cold. An instance that cannot write there goes on taking requests, and spreads what others
/// have found hot.
/// </summary>
internal sealed partial class HotKeyPublisher(
    HotContents contents, [FromKeyedServices(HotKeyPublisher.ProducerName)] IProducer<byte[]?, byte[]?> producer, TimeProvider time,
    ILogger<HotKeyPublisher> logger)
    : BackgroundService
{
    /// <summary>Key of the producer's registration.</summary>
    public const string ProducerName = "hot-keys";

    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    /// <summary>Contents whose record is neither acknowledged nor refused yet. While the brokers are away, each would get another one every time.</summary>
    private readonly ConcurrentDictionary<string, bool> _underWay = new(StringComparer.Ordinal);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, time);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
            {
                foreach (var (contentId, content) in contents.FindChanges())
                    Write(contentId, content);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            return;
        }
        catch (KafkaException e) when (e.Error.IsFatal)
        {
            LogBroken(e.Error.Reason);
        }
    }

    private void Write(string contentId, HotContent? content)
    {
        if (!_underWay.TryAdd(contentId, true))
            return;
        var message = new Message<byte[]?, byte[]?> { Key = Encoding.UTF8.GetBytes(contentId), Value = content?.ToByteArray() };
        try
        {
            producer.Produce(new TopicPartition(TopicNames.HotKeys, 0), message, report => Written(contentId, content, report.Error));
        }
        catch (KafkaException e) when (!e.Error.IsFatal)
        {
            Written(contentId, content, e.Error);
        }
    }

    private void Written(string contentId, HotContent? content, Error error)
    {
        _underWay.TryRemove(contentId, out _);
        if (error.IsError)
            LogUndelivered(contentId, error.Reason);
        else if (content is null)
            LogCold(contentId);
        else
            LogHot(contentId, content.Spread);
    }

    [LoggerMessage(LogLevel.Information, "Content {ContentId} is hot and is spread over {Partitions} partitions")]
    private partial void LogHot(string contentId, int partitions);

    [LoggerMessage(LogLevel.Information, "Content {ContentId} is cold again")]
    private partial void LogCold(string contentId);

    [LoggerMessage(LogLevel.Warning, "Hot content {ContentId} could not be written to its topic: {Reason}")]
    private partial void LogUndelivered(string contentId, string reason);

    [LoggerMessage(LogLevel.Error, "Until it starts again, this instance writes no hot contents to their topic: {Reason}")]
    private partial void LogBroken(string reason);
}
