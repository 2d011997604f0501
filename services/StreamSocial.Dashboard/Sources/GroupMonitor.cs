using System.Collections.Immutable;
using StreamSocial.Kafka.Groups;

namespace StreamSocial.Dashboard.Sources;

/// <summary>Reads the consumer groups that read topics of the catalogue, apart from the topics: a coordinator that is away takes its time.</summary>
internal sealed class GroupMonitor(TopicMonitor topics, ConsumerGroupReader reader, TimeProvider time, ILogger<GroupMonitor> logger)
    : PollingMonitor<GroupReports>(TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(30), time, logger)
{
    protected override async Task<GroupReports?> ReadAsync(CancellationToken cancellationToken)
    {
        if (topics.Current is not { } reports)
            return null;
        var known = await reader.ReadAsync(reports.Reading, cancellationToken);
        return new GroupReports(known?.Groups) { Unread = known?.Unread ?? [] };
    }
}

/// <summary>The consumer groups that read topics of the catalogue, at one moment; null on a cluster that does not list groups.</summary>
internal sealed record GroupReports(ImmutableArray<ConsumerGroup>? Groups)
{
    /// <summary>What is unknown of them, in words.</summary>
    public ImmutableArray<string> Unread { get; init; } = [];
}
