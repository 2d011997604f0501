using Microsoft.Extensions.Options;
using StreamSocial.Control;
using StreamSocial.Events.Stages;
using StreamSocial.Kafka.Tables;
using StreamSocial.Scaling;
using StreamSocial.Streams.Membership;
using StreamSocial.Topics;

namespace StreamSocial.Dashboard.Sources;

/// <summary>The running cluster: the group and the decisions from Kafka, replicas and resources from the orchestrator.</summary>
internal sealed partial class KafkaClusterSource(
    GroupReader group,
    TopicCatalog catalog,
    TopicTable<string, ScalingDecision> decisions,
    ControlClient control,
    IOptions<DashboardOptions> options,
    ILogger<KafkaClusterSource> logger) : IClusterSource
{
    private const int ShownDecisions = 20;

    private static readonly TimeSpan ReadTimeout = TimeSpan.FromSeconds(3);

    private readonly (string Name, int Partitions)[] _topics = [.. FeedGeneratorStages.Inputs.Select(topic => (topic, catalog[topic].Partitions))];

    public async Task<ClusterReading> ReadAsync(CancellationToken cancellationToken)
    {
        var scale = OrUnknownAsync(control.GetScaleAsync, cancellationToken);
        var resources = OrUnknownAsync(control.GetResourcesAsync, cancellationToken);
        var reading = await group.ReadAsync(_topics, ReadTimeout, options.Value.MemberTimeout, cancellationToken);
        var decided = decisions.Current;
        return new ClusterReading(reading, decided.IsCaughtUp ? [.. Shown(decided.Entries.Values)] : null, await scale, await resources);
    }

    // The latest, whatever it is, and the earlier ones that acted: the reasons for holding change too often to be worth reading back.
    private static IEnumerable<ScalingDecision> Shown(IEnumerable<ScalingDecision> decisions) => decisions
        .OrderByDescending(decision => decision.DecidedAt)
        .Where((decision, age) => age == 0 || decision.Verdict != ScalingVerdict.Hold)
        .Take(ShownDecisions);

    private async Task<T?> OrUnknownAsync<T>(Func<CancellationToken, Task<T>> read, CancellationToken cancellationToken)
        where T : class
    {
        // A dashboard without an AppHost has nobody to ask.
        if (control.Endpoint is null)
            return null;
        try
        {
            return await read(cancellationToken);
        }
        catch (ControlException exception)
        {
            LogUnknown(logger, exception.Message);
            return null;
        }
    }

    [LoggerMessage(LogLevel.Debug, "Replicas or resources are unknown: {Reason}")]
    private static partial void LogUnknown(ILogger logger, string reason);
}
