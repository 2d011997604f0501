using System.Runtime.CompilerServices;
using System.Text;
using Confluent.Kafka;
using StreamSocial.Cli.Output;
using StreamSocial.Kafka;
using StreamSocial.Kafka.Tables;

namespace StreamSocial.Cli.Topology;

/// <summary>Follows a topic that is a table. Outside a host nobody else would notice that it has failed, so each access says so.</summary>
internal sealed class TableReader<TValue> : IAsyncDisposable
{
    private readonly string _topic;
    private readonly IConsumer<byte[]?, byte[]?> _consumer;
    private readonly TopicTable<string, TValue> _table;

    /// <param name="settings">The cluster.</param>
    /// <param name="topic">The topic.</param>
    /// <param name="readValue">Reads a value, given its key and when the log took it, on the thread that reads the topic.</param>
    public TableReader(KafkaClientSettings settings, string topic, Func<string, byte[], DateTimeOffset, TValue> readValue)
    {
        _topic = topic;
        _consumer = new ConsumerBuilder<byte[]?, byte[]?>(settings.CreateTableConsumerConfig(topic)).SetLogHandler((_, _) => { }).Build();
        _table = new TopicTable<string, TValue>(topic, Encoding.UTF8.GetString, readValue, _consumer, TimeProvider.System, new WarningLogger<TopicTable<string, TValue>>(Console.Error));
    }

    /// <summary>The last value of each key.</summary>
    /// <exception cref="TopicReadException">The topic can no longer be read.</exception>
    public IReadOnlyCollection<TValue> Values
    {
        get
        {
            ThrowIfFailed();
            return [.. _table.Current.Entries.Values];
        }
    }

    /// <summary>Begins to read.</summary>
    public Task StartAsync(CancellationToken cancellationToken) => _table.StartAsync(cancellationToken);

    /// <summary>The values, once the topic was read to its end.</summary>
    /// <exception cref="TopicReadException">It was not within the timeout, or cannot be read.</exception>
    public async Task<IReadOnlyCollection<TValue>> ReadAsync(TimeSpan timeout, CancellationToken cancellationToken)
    {
        try
        {
            await Task.WhenAny(_table.WaitUntilCaughtUpAsync(cancellationToken), _table.ExecuteTask!).WaitAsync(timeout, cancellationToken);
            return Values;
        }
        catch (TimeoutException e)
        {
            throw new TopicReadException($"Topic {_topic} could not be read within {timeout.TotalSeconds:0} s. Do the brokers answer, and do the topics exist ('topics describe')?", e);
        }
    }

    /// <summary>The values after each change, for ever.</summary>
    /// <param name="atLeastEach">Also so often without a change, for what depends on the clock too; null for never.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <exception cref="TopicReadException">The topic can no longer be read.</exception>
    public async IAsyncEnumerable<IReadOnlyCollection<TValue>> FollowAsync(TimeSpan? atLeastEach, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        for (var newer = _table.WaitForNewerAsync(0, cancellationToken); ;)
        {
            Task[] ends = atLeastEach is { } interval ? [newer, _table.ExecuteTask!, Task.Delay(interval, cancellationToken)] : [newer, _table.ExecuteTask!];
            await Task.WhenAny(ends);
            cancellationToken.ThrowIfCancellationRequested();
            var values = Values;
            if (newer.IsCompleted || atLeastEach is null)
                newer = _table.WaitForNewerAsync((await newer).Version, cancellationToken);
            yield return values;
        }
    }

    /// <exception cref="TopicReadException">The topic can no longer be read.</exception>
    public void ThrowIfFailed()
    {
        if (_table.ExecuteTask?.Exception?.InnerException is { } e)
            throw new TopicReadException($"Topic {_topic} can no longer be read: {e.Message}", e);
    }

    public async ValueTask DisposeAsync()
    {
        await _table.StopAsync(CancellationToken.None);
        _table.Dispose();
        _consumer.Dispose();
    }
}
