using System.Collections.Immutable;
using Confluent.Kafka;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace StreamSocial.Kafka.Tables;

/// <summary>
/// A topic with a single partition, read from its beginning into a table of the last value of each key. Everybody reads all of it:
/// no group, no commits.
/// </summary>
/// <remarks>A record that cannot be read ends the process, with the reason logged: a table with a hole would be wrong without saying so.</remarks>
public sealed partial class TopicTable<TKey, TValue> : BackgroundService
    where TKey : notnull
{
    private static readonly TimeSpan PollWait = TimeSpan.FromMilliseconds(100);

    private readonly string _topic;
    private readonly Func<byte[], TKey> _readKey;
    private readonly Func<byte[], TValue> _readValue;
    private readonly KafkaClientSettings _settings;
    private readonly ILogger _logger;
    private readonly SnapshotCell<TableSnapshot<TKey, TValue>> _snapshots =
        new(new TableSnapshot<TKey, TValue>(0, ImmutableDictionary<TKey, TValue>.Empty, IsCaughtUp: false), snapshot => snapshot.Version);

    public TopicTable(
        string topic, Func<byte[], TKey> readKey, Func<byte[], TValue> readValue, KafkaClientSettings settings, ILogger<TopicTable<TKey, TValue>> logger)
    {
        (_topic, _readKey, _readValue, _settings, _logger) = (topic, readKey, readValue, settings, logger);
    }

    /// <summary>The latest snapshot.</summary>
    public TableSnapshot<TKey, TValue> Current => _snapshots.Current;

    /// <summary>Whether the topic was read to its end once.</summary>
    public bool IsCaughtUp => Current.IsCaughtUp;

    /// <summary>Completes when a snapshot newer than <paramref name="version"/> is there.</summary>
    public Task<TableSnapshot<TKey, TValue>> WaitForNewerAsync(long version, CancellationToken cancellationToken) =>
        _snapshots.WaitForNewerAsync(version, cancellationToken);

    /// <summary>Completes when the topic was read to its end once.</summary>
    public async Task<TableSnapshot<TKey, TValue>> WaitUntilCaughtUpAsync(CancellationToken cancellationToken)
    {
        var snapshot = Current;
        while (!snapshot.IsCaughtUp)
            snapshot = await WaitForNewerAsync(snapshot.Version, cancellationToken);
        return snapshot;
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var ended = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        // A thread of its own, because Consume blocks.
        new Thread(() => Run(ended, stoppingToken)) { IsBackground = true, Name = $"table {_topic}" }.Start();
        await ended.Task;
    }

    private void Run(TaskCompletionSource ended, CancellationToken stoppingToken)
    {
        try
        {
            Consume(stoppingToken);
            ended.SetResult();
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            ended.SetResult();
        }
#pragma warning disable CA1031 // A thread's last handler: the host logs the reason once more and stops.
        catch (Exception e)
#pragma warning restore CA1031
        {
            LogFatal(e, _topic);
            Environment.ExitCode = 1;
            ended.SetException(e);
        }
    }

    private void Consume(CancellationToken stoppingToken)
    {
        var config = _settings.CreateConsumerConfig($"table-{_topic}", $"table-{_topic}");
        config.EnablePartitionEof = true;
        // What retention or compaction took from under the reader is gone from the table's point of view too.
        config.AutoOffsetReset = AutoOffsetReset.Earliest;
        using var consumer = new ConsumerBuilder<byte[]?, byte[]?>(config)
            .SetLogHandler((_, message) => LogClient(message.Name, message.Facility, message.Message))
            .SetErrorHandler((_, error) => LogError(_topic, error.Code, error.Reason))
            .Build();
        consumer.Assign(new TopicPartitionOffset(_topic, 0, Offset.Beginning));

        var entries = ImmutableDictionary.CreateBuilder<TKey, TValue>();
        while (!stoppingToken.IsCancellationRequested)
        {
            var changed = false;
            var ended = false;
            // All that has arrived becomes one snapshot.
            for (var result = consumer.Consume(PollWait); result is not null && !ended; result = ended ? null : consumer.Consume(TimeSpan.Zero))
            {
                ended = result.IsPartitionEOF;
                if (!ended)
                    changed |= Apply(result.Message, entries);
            }

            var caughtUp = IsCaughtUp || ended;
            if (changed || caughtUp != IsCaughtUp)
                _snapshots.Publish(new TableSnapshot<TKey, TValue>(Current.Version + 1, entries.ToImmutable(), caughtUp));
        }

        consumer.Close();
    }

    private bool Apply(Message<byte[]?, byte[]?> message, ImmutableDictionary<TKey, TValue>.Builder entries)
    {
        if (message.Key is null)
        {
            LogWithoutKey(_topic);
            return false;
        }

        var key = _readKey(message.Key);
        if (message.Value is null)
            return entries.Remove(key);
        entries[key] = _readValue(message.Value);
        return true;
    }

    [LoggerMessage(Level = LogLevel.Critical, Message = "Table {Topic} cannot be read on; the process ends")]
    private partial void LogFatal(Exception exception, string topic);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Table {Topic}: a record without a key is skipped")]
    private partial void LogWithoutKey(string topic);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Table {Topic}: {Code}: {Reason}")]
    private partial void LogError(string topic, ErrorCode code, string reason);

    [LoggerMessage(Level = LogLevel.Debug, Message = "{Client} {Facility}: {Text}")]
    private partial void LogClient(string client, string facility, string text);
}
