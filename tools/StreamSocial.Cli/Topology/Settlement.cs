using System.Collections.Immutable;
using Spectre.Console;
using StreamSocial.Cli.Output;
using StreamSocial.Events;
using StreamSocial.Kafka.Lag;
using StreamSocial.Streams.Membership;
using StreamSocial.Topics;

namespace StreamSocial.Cli.Topology;

/// <summary>Waits until everything that is in the input topics has been processed, with everything that followed from it.</summary>
internal sealed class Settlement(LogEndReader ends, MemberLedger members, TopologyRunner topology, IAnsiConsole console, TimeProvider time)
{
    private static readonly TimeSpan PollInterval = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan ReportInterval = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan ReadTimeout = TimeSpan.FromSeconds(10);

    /// <summary>
    /// A member reports a position once its outputs are acknowledged. So when user-actions is done, all that it led to is in the other
    /// topics, and their ends, read from then on, are final: once for each stage is enough.
    /// </summary>
    private static readonly string[][] Stages =
        [[TopicNames.UserActions], [TopicNames.FeedUpdates, TopicNames.ContentInteractions, TopicNames.PullPosts]];

    /// <param name="catalog">Gives the partition counts.</param>
    /// <param name="stallTimeout">Longest time without any progress.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="ToolException">No progress for too long.</exception>
    public async Task WaitAsync(TopicCatalog catalog, TimeSpan stallTimeout, CancellationToken cancellationToken)
    {
        foreach (var stage in Stages)
            await WaitForStageAsync([.. stage.Select(topic => (topic, catalog[topic].Partitions))], stallTimeout, cancellationToken);
    }

    private async Task WaitForStageAsync(IReadOnlyList<(string, int)> topics, TimeSpan stallTimeout, CancellationToken cancellationToken)
    {
        var start = time.GetTimestamp();
        var logEnds = ImmutableArray<TopicLogEnds>.Empty;
        var (lastRemaining, lastChange, nextReport) = ((0L, 0), TimeSpan.Zero, ReportInterval);
        while (true)
        {
            topology.ThrowIfEnded();
            if (logEnds.IsEmpty || logEnds.Any(end => !end.IsComplete))
                logEnds = await ends.ReadAsync(topics, ReadTimeout, cancellationToken);
            var lags = ReadLags(logEnds);
            var remaining = (lags.Sum(lag => lag.KnownRecords), lags.Sum(lag => lag.UnknownPartitions));
            if (remaining == (0, 0))
                return;

            var elapsed = time.GetElapsedTime(start);
            if (remaining != lastRemaining)
                (lastRemaining, lastChange) = (remaining, elapsed);
            var description = string.Join("; ", lags.Select(lag => $"{lag.Topic}: {lag.KnownRecords:N0} records, {lag.UnknownPartitions} partitions unknown"));
            if (elapsed - lastChange > stallTimeout)
                throw new ToolException($"No progress for {TextFormat.Seconds(stallTimeout)}; still to process: {description}.");
            if (elapsed > nextReport)
            {
                nextReport = elapsed + ReportInterval;
                console.MarkupLineInterpolated($"  [grey]{TextFormat.Seconds(elapsed)}[/] to process: {description}");
            }

            await Task.Delay(PollInterval, time, cancellationToken);
        }
    }

    private List<TopicLag> ReadLags(ImmutableArray<TopicLogEnds> logEnds)
    {
        var now = members.Members;
        return [.. logEnds.Select(end => LagCalculator.Calculate(end, new PartitionPositions(end.Topic, [.. PositionsOf(end, now)])))];
    }

    private static long?[] PositionsOf(TopicLogEnds end, IReadOnlyCollection<Member> members) => end.Topic == TopicNames.PullPosts
        ? ReportedPositions.OfTable(end.Topic, end.NextOffsets.Length, TopicNames.FeedUpdates, members)
        : ReportedPositions.Of(end.Topic, end.NextOffsets.Length, members);
}
