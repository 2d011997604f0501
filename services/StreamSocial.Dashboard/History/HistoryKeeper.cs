using System.Text;
using Confluent.Kafka;
using StreamSocial.Dashboard.Snapshots;
using StreamSocial.Events;

namespace StreamSocial.Dashboard.History;

/// <summary>
/// Writes the points of the charts to topic <c>dashboard-history</c>, some seconds at a time, and puts those of before in front of them at the start: a dashboard that is
/// started again goes on with its charts.
/// </summary>
internal sealed partial class HistoryKeeper(
    HistoryTail tail, SnapshotStore store, [FromKeyedServices(HistoryKeeper.ProducerName)] IProducer<byte[]?, byte[]?> producer, TimeProvider time, ILogger<HistoryKeeper> logger)
    : BackgroundService
{
    /// <summary>Key of the producer, and its client id.</summary>
    public const string ProducerName = "dashboard-history";

    private static readonly TimeSpan WriteInterval = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan WriteTimeout = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan LastWriteTimeout = TimeSpan.FromSeconds(2);

    /// <summary>How long the start waits for the charts of before: a page that comes back at once shall have them, and one without brokers shall say so soon.</summary>
    private static readonly TimeSpan RestoreTimeout = TimeSpan.FromSeconds(3);

    /// <summary>Who writes, for whoever looks into the topic.</summary>
    private static readonly byte[] Writer = Encoding.UTF8.GetBytes(Environment.MachineName);

    private Task _restored = Task.CompletedTask;
    private (Task Write, long Until)? _unfinished;
    private long _written = time.GetUtcNow().ToUnixTimeMilliseconds();

    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        _restored = RestoreAsync();
        await Task.WhenAny(_restored, Task.Delay(RestoreTimeout, time, cancellationToken));
        await base.StartAsync(cancellationToken);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            await _restored.WaitAsync(stoppingToken);
            using var timer = new PeriodicTimer(WriteInterval, time);
            while (await timer.WaitForNextTickAsync(stoppingToken))
                await WriteAsync(WriteTimeout);
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            await WriteAsync(LastWriteTimeout);
        }
    }

    private async Task RestoreAsync() => store.Restore(await tail.Earlier);

    /// <summary>Writes what is new. What the brokers do not take in time the client keeps for them, and until they take it nothing more is written.</summary>
    internal async Task WriteAsync(TimeSpan timeout)
    {
        try
        {
            if (_unfinished is { } before)
                await FinishAsync(before.Write, before.Until, timeout);
            // The clock was set back since the last time.
            if (store.Current is { Snapshot.At: var latest } && latest < _written)
                _written = latest - (long)WriteInterval.TotalMilliseconds;
            HistoryPoint[] points = [.. store.History.Where(point => point.At > _written)];
            if (points.Length == 0)
                return;
            var write = producer.ProduceAsync(TopicNames.DashboardHistory, new Message<byte[]?, byte[]?> { Key = Writer, Value = HistoryRecords.Write(points) });
            await FinishAsync(write, points[^1].At, timeout);
        }
        catch (Exception e) when (e is KafkaException or TimeoutException)
        {
            LogUnwritten(e.Message);
        }
    }

    private async Task FinishAsync(Task write, long until, TimeSpan timeout)
    {
        _unfinished = (write, until);
        try
        {
            await write.WaitAsync(timeout, time);
            _written = until;
        }
        finally
        {
            if (write.IsCompleted)
                _unfinished = null;
        }
    }

    [LoggerMessage(LogLevel.Debug, "The charts' points of the last seconds cannot be written: {Reason}")]
    private partial void LogUnwritten(string reason);
}
