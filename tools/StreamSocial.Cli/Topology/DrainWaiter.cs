using System.Collections.Immutable;
using Spectre.Console;
using StreamSocial.Cli.Output;
using StreamSocial.Events.Stages;
using StreamSocial.Kafka.Lag;
using StreamSocial.Streams.Membership;
using StreamSocial.Topics;

namespace StreamSocial.Cli.Topology;

/// <summary>Waits until everything that is in the input topics has been processed, with everything that followed from it.</summary>
/// <param name="ends">Reads log ends.</param>
/// <param name="members">The members that process.</param>
/// <param name="stages">The stages that they run.</param>
/// <param name="throwIfEnded">Throws when what processes has ended, and nothing is left to wait for.</param>
/// <param name="console">Progress.</param>
/// <param name="time">Clock and delays.</param>
internal sealed class DrainWaiter(LogEndReader ends, MemberTracker members, IReadOnlyCollection<StageManifest> stages, Action throwIfEnded, IAnsiConsole console, TimeProvider time)
{
    private static readonly TimeSpan PollInterval = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan ReportInterval = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan ReadTimeout = TimeSpan.FromSeconds(10);

    /// <param name="catalog">Gives the partition counts.</param>
    /// <param name="stallTimeout">Longest time without any progress.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="NotHeldException">No progress for too long.</exception>
    public async Task WaitAsync(TopicCatalog catalog, TimeSpan stallTimeout, CancellationToken cancellationToken)
    {
        foreach (var wave in OrderTopics(stages))
            await WaitForWaveAsync([.. wave.Select(topic => (topic, catalog[topic].Partitions))], stallTimeout, cancellationToken);
    }

    /// <summary>
    /// The topics that stages read, in waves. A member reports a position once its outputs are acknowledged. So when the topics of one wave are
    /// processed, all that they led to is in those of the next, and the ends of those, read from then on, are final. A topic that its own stage
    /// writes comes a second time, for what its entries led to.
    /// </summary>
    /// <exception cref="ArgumentException">Several stages feed each other in a circle, so that no end is ever final.</exception>
    public static ImmutableArray<ImmutableArray<string>> OrderTopics(IReadOnlyCollection<StageManifest> stages)
    {
        var waves = ImmutableArray.CreateBuilder<ImmutableArray<string>>();
        var left = stages.SelectMany(stage => stage.Tables.Prepend(stage.Input)).Distinct().ToList();
        while (left.Count > 0)
        {
            var wave = left.Where(topic => !stages.Any(stage => stage.Input != topic && stage.Outputs.Contains(topic) && left.Contains(stage.Input))).ToImmutableArray();
            if (wave.IsEmpty)
                throw new ArgumentException($"Stages feed each other in a circle: {string.Join(", ", left)}.", nameof(stages));
            waves.Add(wave);
            if (wave.Where(topic => stages.Any(stage => stage.Input == topic && stage.Outputs.Contains(topic))).ToImmutableArray() is { IsEmpty: false } again)
                waves.Add(again);
            left.RemoveAll(topic => wave.Contains(topic));
        }

        return waves.ToImmutable();
    }

    private async Task WaitForWaveAsync(IReadOnlyList<(string, int)> topics, TimeSpan stallTimeout, CancellationToken cancellationToken)
    {
        var start = time.GetTimestamp();
        var logEnds = ImmutableArray<TopicLogEnds>.Empty;
        var (lastRemaining, lastChange, nextReport) = ((0L, 0), TimeSpan.Zero, ReportInterval);
        while (true)
        {
            throwIfEnded();
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
                throw new NotHeldException($"No progress for {TextFormat.Seconds(stallTimeout)}; still to process: {description}.");
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

    private static long?[] PositionsOf(TopicLogEnds end, IReadOnlyCollection<Member> members) =>
        FeedGeneratorStages.All.FirstOrDefault(stage => stage.Tables.Contains(end.Topic)) is { } reader
        ? ReportedPositions.OfTable(end.Topic, end.NextOffsets.Length, reader.Input, members)
        : ReportedPositions.Of(end.Topic, end.NextOffsets.Length, members);
}
