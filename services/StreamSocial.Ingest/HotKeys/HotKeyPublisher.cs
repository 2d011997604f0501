using System.Text;
using Confluent.Kafka;
using Google.Protobuf;
using StreamSocial.Events;

namespace StreamSocial.Ingest.HotKeys;

/// <summary>Writes to topic hot-keys which contents have become hot or cold.</summary>
internal sealed partial class HotKeyPublisher(
    HotContents contents, [FromKeyedServices(HotKeyPublisher.ProducerName)] IProducer<byte[]?, byte[]?> producer, TimeProvider time,
    ILogger<HotKeyPublisher> logger)
    : BackgroundService
{
    /// <summary>Key of the producer's registration.</summary>
    public const string ProducerName = "hot-keys";

    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

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
    }

    private void Write(string contentId, HotContent? content)
    {
        if (content is null)
            LogCold(contentId);
        else
            LogHot(contentId, content.Spread);
        var message = new Message<byte[]?, byte[]?> { Key = Encoding.UTF8.GetBytes(contentId), Value = content?.ToByteArray() };
        producer.Produce(new TopicPartition(TopicNames.HotKeys, 0), message, report =>
        {
            if (report.Error.IsError)
                LogUndelivered(contentId, report.Error.Reason);
        });
    }

    [LoggerMessage(LogLevel.Information, "Content {ContentId} is hot and is spread over {Partitions} partitions")]
    private partial void LogHot(string contentId, int partitions);

    [LoggerMessage(LogLevel.Information, "Content {ContentId} is cold again")]
    private partial void LogCold(string contentId);

    [LoggerMessage(LogLevel.Warning, "Hot content {ContentId} could not be written to its topic: {Reason}")]
    private partial void LogUndelivered(string contentId, string reason);
}
