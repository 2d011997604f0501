using System.Text;
using Confluent.Kafka;
using Microsoft.Extensions.Logging.Abstractions;
using StreamSocial.Events;
using StreamSocial.Kafka;
using StreamSocial.Kafka.Tables;
using StreamSocial.Scaling;

namespace StreamSocial.Cli.Scaling;

/// <summary>Reads topic <c>scaling-decisions</c>.</summary>
internal sealed class DecisionReader : IAsyncDisposable
{
    private readonly IConsumer<byte[]?, byte[]?> _consumer;
    private readonly TopicTable<string, ScalingDecision> _table;

    private DecisionReader(KafkaClientSettings settings)
    {
        _consumer = new ConsumerBuilder<byte[]?, byte[]?>(settings.CreateTableConsumerConfig(TopicNames.ScalingDecisions)).SetLogHandler((_, _) => { }).Build();
        _table = new TopicTable<string, ScalingDecision>(
            TopicNames.ScalingDecisions, Encoding.UTF8.GetString, ScalingDecision.Parser.ParseFrom, _consumer, NullLogger<TopicTable<string, ScalingDecision>>.Instance);
    }

    public static async Task<DecisionReader> StartAsync(KafkaClientSettings settings, CancellationToken cancellationToken)
    {
        var reader = new DecisionReader(settings);
        await reader._table.StartAsync(cancellationToken);
        return reader;
    }

    /// <summary>All decisions, oldest first, once the topic was read to its end.</summary>
    /// <exception cref="ToolException">It was not within the timeout, or cannot be read.</exception>
    public async Task<IReadOnlyList<ScalingDecision>> ReadAsync(TimeSpan timeout, CancellationToken cancellationToken)
    {
        try
        {
            await Task.WhenAny(_table.WaitUntilCaughtUpAsync(cancellationToken), _table.ExecuteTask!).WaitAsync(timeout, cancellationToken);
        }
        catch (TimeoutException e)
        {
            throw new ToolException($"Topic {TopicNames.ScalingDecisions} could not be read within {timeout.TotalSeconds:0} s. Do the brokers answer, and do the topics exist ('topics describe')?", e);
        }
        return Current();
    }

    /// <summary>All decisions after each change, for ever.</summary>
    /// <exception cref="ToolException">The topic can no longer be read.</exception>
    public async IAsyncEnumerable<IReadOnlyList<ScalingDecision>> FollowAsync([System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        for (var version = 0L; ;)
        {
            var newer = _table.WaitForNewerAsync(version, cancellationToken);
            await Task.WhenAny(newer, _table.ExecuteTask!);
            var decisions = Current();
            version = (await newer).Version;
            yield return decisions;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _table.StopAsync(CancellationToken.None);
        _table.Dispose();
        _consumer.Dispose();
    }

    private ScalingDecision[] Current()
    {
        if (_table.ExecuteTask?.Exception?.InnerException is { } e)
            throw new ToolException($"Topic {TopicNames.ScalingDecisions} can no longer be read: {e.Message}", e);
        return [.. _table.Current.Entries.Values.OrderBy(decision => decision.DecisionId, StringComparer.Ordinal)];
    }
}
