using System.Runtime.CompilerServices;
using StreamSocial.Cli.Topology;
using StreamSocial.Events;
using StreamSocial.Kafka;
using StreamSocial.Scaling;

namespace StreamSocial.Cli.Scaling;

/// <summary>Reads the recorded decisions, oldest first.</summary>
internal sealed class DecisionReader(KafkaClientSettings settings) : IAsyncDisposable
{
    private readonly TableReader<ScalingDecision> _reader = new(settings, TopicNames.ScalingDecisions, DecisionRecords.Read);

    public static async Task<DecisionReader> StartAsync(KafkaClientSettings settings, CancellationToken cancellationToken)
    {
        var reader = new DecisionReader(settings);
        await reader._reader.StartAsync(cancellationToken);
        return reader;
    }

    /// <summary>All decisions, once the topic was read to its end.</summary>
    /// <exception cref="ToolException">It was not within the timeout, or cannot be read.</exception>
    public async Task<IReadOnlyList<ScalingDecision>> ReadAsync(TimeSpan timeout, CancellationToken cancellationToken) =>
        InOrder(await _reader.ReadAsync(timeout, cancellationToken));

    /// <summary>All decisions after each change, for ever.</summary>
    /// <exception cref="ToolException">The topic can no longer be read.</exception>
    public async IAsyncEnumerable<IReadOnlyList<ScalingDecision>> FollowAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var decisions in _reader.FollowAsync(atLeastEach: null, cancellationToken))
            yield return InOrder(decisions);
    }

    public ValueTask DisposeAsync() => _reader.DisposeAsync();

    private static IReadOnlyList<ScalingDecision> InOrder(IEnumerable<ScalingDecision> decisions) =>
        [.. decisions.OrderBy(decision => decision.DecisionId, StringComparer.Ordinal)];
}
