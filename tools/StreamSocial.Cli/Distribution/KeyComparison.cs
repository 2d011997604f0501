using System.Collections.Immutable;
using System.Runtime.InteropServices;
using System.Text.Json.Serialization;
using StreamSocial.Events;
using StreamSocial.Events.Actions;
using StreamSocial.Events.Keys;
using StreamSocial.Replay;
using StreamSocial.Replay.Messages;
using StreamSocial.Topics;

namespace StreamSocial.Cli.Distribution;

/// <summary>Keys the records of a trace by each strategy. Reads the trace twice: which contents are hot is known at its end.</summary>
internal sealed class KeyComparison
{
    /// <summary>Opens the same trace each time.</summary>
    public required Func<ITraceSource> OpenTrace { get; init; }

    /// <summary>The topic whose records are counted: user-actions or content-interactions.</summary>
    public required string Topic { get; init; }

    public required int Partitions { get; init; }

    /// <summary>Share of a mean partition from which on a content is hot, above 0.</summary>
    public required double HotShare { get; init; }

    /// <summary>Keys of a hot content.</summary>
    public required int Salts { get; init; }

    /// <summary>Events in a row that share a sequential key.</summary>
    public required int BlockEvents { get; init; }

    /// <summary>Name of the strategy that must be even.</summary>
    public required string Judged { get; init; }

    public KeyComparisonReport Run(IProgress<ReadProgress> progress, CancellationToken cancellationToken)
    {
        var (contents, records) = (new Dictionary<string, long>(), 0L);
        using var trace = OpenTrace();
        foreach (var source in ReadKeySources(trace, "looking for hot contents", progress, cancellationToken))
        {
            records++;
            // What has no content stands with its user's id there: order for that user's audience is the point, so it is never spread.
            if (source.ContentId != source.UserId)
                CollectionsMarshal.GetValueRefOrAddDefault(contents, source.ContentId, out _)++;
        }

        var threshold = HotShare * records / Partitions;
        var hot = contents.Where(content => content.Value >= threshold && content.Value > 1).Select(content => content.Key).ToImmutableHashSet();
        var counters = KeyStrategies.Create(hot, Salts, BlockEvents).Select(strategy => new KeyCounter(strategy, Partitions)).ToArray();
        using var again = OpenTrace();
        foreach (var source in ReadKeySources(again, "keying", progress, cancellationToken))
        {
            foreach (var counter in counters)
                counter.Add(source);
        }

        return new KeyComparisonReport(trace.Description, Topic, Partitions, records, hot.Count, Judged, [.. counters.Select(counter => counter.Read())]);
    }

    private IEnumerable<KeySource> ReadKeySources(ITraceSource trace, string step, IProgress<ReadProgress> progress, CancellationToken cancellationToken)
    {
        const int EventsPerReport = 4096;
        var (sequence, events) = (0L, 0L);
        foreach (var replayEvent in trace.ReadEvents())
        {
            if (events++ % EventsPerReport == 0)
            {
                cancellationToken.ThrowIfCancellationRequested();
                progress.Report(new ReadProgress(step, events, trace.FractionRead));
            }

            if (IdsOf(replayEvent) is (var user, var content))
                yield return new KeySource(user, content, sequence++);
        }
    }

    /// <summary>The ids that the key of an event's record can be made from; null when the event makes no record in the topic.</summary>
    private (string User, string Content)? IdsOf(ReplayEvent replayEvent) => (Topic, replayEvent) switch
    {
        (TopicNames.UserActions, ReplayAction action) => (action.Key, action.ContentId ?? action.Key),
        (TopicNames.ContentInteractions, ReplayInteraction interaction) => (interaction.UserId, interaction.ContentId),
        (TopicNames.ContentInteractions, ReplayAction action) when ActionTypes.Of(action.Type).Interaction is not null => (action.UserId, action.ContentId!),
        _ => null,
    };

    /// <summary>Counts records by partition and by key.</summary>
    private sealed class KeyCounter(IKeyStrategy strategy, int partitions)
    {
        private readonly long[] _partitions = new long[partitions];
        private readonly Dictionary<string, long> _keys = [];

        public void Add(in KeySource source)
        {
            _partitions[strategy.PartitionOf(source, partitions)]++;
            CollectionsMarshal.GetValueRefOrAddDefault(_keys, strategy.KeyOf(source), out _)++;
        }

        public KeySpread Read() => KeySpread.Of(strategy.Name, PartitionDistribution.Of(_partitions), _keys);
    }
}

/// <summary>How far a comparison has read.</summary>
/// <param name="Step">What it reads for.</param>
/// <param name="Events">Events read.</param>
/// <param name="Fraction">0 to 1; null when it cannot be known.</param>
internal readonly record struct ReadProgress(string Step, long Events, double? Fraction);

/// <summary>How the strategies compare.</summary>
/// <param name="Trace">What was read.</param>
/// <param name="Topic">The topic whose records were counted.</param>
/// <param name="Partitions">Number of partitions.</param>
/// <param name="Records">Records in all.</param>
/// <param name="HotContents">Contents that hybrid and salted spread.</param>
/// <param name="Judged">Name of the strategy that must be even.</param>
/// <param name="Strategies">What each came to.</param>
internal sealed record KeyComparisonReport(
    string Trace, string Topic, int Partitions, long Records, int HotContents, string Judged, IReadOnlyList<KeySpread> Strategies)
{
    /// <summary>Whether the judged strategy is within the tolerance; false without records, where nobody knows.</summary>
    [JsonInclude]
    public bool Passed => Strategies.Single(spread => spread.Strategy == Judged).IsWithinTolerance == true;
}

/// <summary>How one strategy spreads records.</summary>
/// <param name="Strategy">Its name.</param>
/// <param name="Used">Partitions with records.</param>
/// <param name="Max">Records in the fullest partition.</param>
/// <param name="Mean">Records per partition.</param>
/// <param name="MaxToMean">1 is even; null without records.</param>
/// <param name="CoefficientOfVariation">Standard deviation over mean; null without records.</param>
/// <param name="HottestKey">The most frequent key; null without records.</param>
/// <param name="HottestKeyShare">Its share of all records, 0 to 1; null without records.</param>
internal sealed record KeySpread(
    string Strategy, int Used, long Max, double Mean, double? MaxToMean, double? CoefficientOfVariation, string? HottestKey, double? HottestKeyShare)
{
    /// <summary>How far the fullest partition may be above the mean.</summary>
    public const double Tolerance = 0.2;

    /// <summary>Null without records.</summary>
    [JsonInclude]
    public bool? IsWithinTolerance => MaxToMean <= 1 + Tolerance ? true : MaxToMean is null ? null : false;

    public static KeySpread Of(string strategy, PartitionDistribution distribution, IReadOnlyDictionary<string, long> keys)
    {
        var hottest = keys.Count == 0 ? (KeyValuePair<string, long>?)null : keys.MaxBy(key => key.Value);
        return new KeySpread(
            strategy,
            distribution.Partitions - distribution.Empty,
            distribution.Max,
            (double)distribution.Total / distribution.Partitions,
            distribution.MaxToMean,
            distribution.CoefficientOfVariation,
            hottest?.Key,
            (double?)hottest?.Value / distribution.Total);
    }
}
