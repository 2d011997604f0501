using StreamSocial.Events;
using StreamSocial.Events.Interactions;
using StreamSocial.FeedGenerator.Codecs;
using StreamSocial.Kafka.Records;
using StreamSocial.Streams.Emitting;
using StreamSocial.Streams.State;
using StreamSocial.Streams.Tasks;
using StreamSocial.Topics;

namespace StreamSocial.FeedGenerator.Engagement;

/// <summary>Counts the interactions in one partition by content and ranks the contents.</summary>
/// <remarks>
/// A hot content is counted by several partitions. Each keeps its part and reports it, from its first interaction on, to the content's own
/// partition. So that one knows all parts for as long as it keeps the content, and emits the statistics of all of them.
/// </remarks>
internal sealed class EngagementProcessor : IRecordProcessor
{
    /// <summary>More than the clocks of those who write actions and those who write interactions differ by.</summary>
    private const long MaxClockDifferenceMs = 60 * 60 * 1000;

    private const byte CountersStore = 16;
    private const byte TrendingStore = 17;
    private const byte PartsStore = 18;
    private const byte TrendingPartsStore = 19;
    private const byte HalfLifeStore = 25;
    private const string OnlyKey = "half-life";

    private readonly int _partition;
    private readonly int _partitions;
    private readonly int _statsPartitions;
    private readonly long _statsIntervalMs;
    private readonly TimeSpan _halfLife;
    private readonly double _halfLifeMs;
    private readonly IStateStore<string, ContentCounters> _counters;
    private readonly IStateStore<string, ContentParts> _parts;

    /// <summary>The half-life with which the scores of the state are counted, in ticks.</summary>
    private readonly IStateStore<string, long> _halfLives;

    private readonly RecentInteractions _recent;
    private readonly TrendRanking _ranking;
    private readonly IdleContents _idle;

    // A part scores less than its content does, so it must not have to compete with whole contents.
    private readonly TrendRanking _partRanking;

    /// <summary>Whether the scores and the rankings are those of the configured options.</summary>
    private bool _isAdapted;

    public EngagementProcessor(ITaskContext context, EngagementOptions options)
    {
        _partition = context.Partition;
        _partitions = context.PartitionCountOf(TopicNames.ContentInteractions);
        _statsPartitions = context.PartitionCountOf(TopicNames.ContentStats);
        _statsIntervalMs = (long)options.StatsInterval.TotalMilliseconds;
        _halfLife = options.TrendHalfLife;
        _halfLifeMs = _halfLife.TotalMilliseconds;
        _counters = context.OpenStore(CountersStore, "content-counters", StringKeyCodec.Instance, new ContentCountersCodec());
        _parts = context.OpenStore(PartsStore, "content-parts", StringKeyCodec.Instance, new ContentPartsCodec());
        _halfLives = context.OpenStore(HalfLifeStore, "trend-half-life", StringKeyCodec.Instance, Streams.State.Codecs.Int64);
        _idle = new(context, _counters, options.KeepIdleFor, contentId => OwnPartitionOf(contentId) != _partition);
        _recent = new(context, options.RememberedInteractions, options.InteractionMemory);
        _ranking = new(context.OpenStore(TrendingStore, "trending", StringKeyCodec.Instance, new TrendingContentsCodec()), _counters, options.TrendingContents);
        _partRanking = new(
            context.OpenStore(TrendingPartsStore, "trending-parts", StringKeyCodec.Instance, new TrendingContentsCodec()), _counters, options.TrendingContents);
    }

    public void Process(in InputEntry entry, IEmitter emitter)
    {
        var interaction = ContentInteraction.Parser.ParseFrom(entry.Payload.Span);
        Check(interaction);
        if (!_isAdapted)
            Adapt();
        _isAdapted = true;
        _idle.Advance(entry.Timestamp);
        ForgetIdle(emitter);
        if (IsRepeat(interaction, entry.Timestamp))
            return;
        var contentId = interaction.ContentId;
        var isNew = !_counters.TryGet(contentId, out var counters);
        if (counters is null)
        {
            // What is left of a content that its own partition has forgotten.
            if (interaction.Partial is { IsLast: true })
                return;
            counters = new();
        }
        _parts.TryGet(contentId, out var parts);

        long latest;
        if (interaction.Partial is { } partial)
        {
            parts = Take(contentId, partial, counters, parts ?? new());
            latest = partial.Stats.LastInteractionAt;
        }
        else
        {
            if (interaction.TakenBackAt == 0)
                Count(counters, interaction, entry.Timestamp);
            else if (!TryTakeBack(counters, interaction, entry.Timestamp))
            {
                PassOn(interaction, emitter);
                return;
            }
            latest = counters.LastInteractionAt;
        }

        if (counters.LastEmittedAt is not { } emitted || latest - emitted >= _statsIntervalMs)
            EmitStats(contentId, counters, parts, emitter);
        counters.TouchedAt = _idle.Now;
        _counters.Put(contentId, counters);
        if (isNew)
            _idle.Add(contentId, counters.TouchedAt);
        Rank(contentId, counters.Score, parts, isLower: interaction.TakenBackAt > 0);
    }

    /// <summary>Reads what this partition has counted of a content; all counters are 0 if nothing.</summary>
    public RankedContent Read(string contentId)
    {
        _parts.TryGet(contentId, out var parts);
        return _counters.TryGet(contentId, out var counters)
            ? new(counters.ToStats(contentId), ScoreOf(counters), IsPart(contentId, parts), parts is null ? [] : [.. parts.Reports.Keys])
            : new(new() { ContentId = contentId }, TrendScore.None, IsPart: false, OtherPartitions: []);
    }

    /// <summary>Reads the contents that trend in this partition, best first, and then the parts of spread contents, of which only sums compare.</summary>
    public List<RankedContent> ReadTrending(int limit)
    {
        var contents = new List<RankedContent>(_ranking.ContentIds.Count);
        foreach (var contentId in _ranking.ContentIds)
        {
            if (Read(contentId) is { IsPart: false } content)
                contents.Add(content);
        }

        contents.Sort(static (left, right) => TrendRanking.Compare(left.Stats.ContentId, left.Score, right.Stats.ContentId, right.Score));
        if (contents.Count > limit)
            contents.RemoveRange(limit, contents.Count - limit);
        foreach (var contentId in _partRanking.ContentIds)
            contents.Add(Read(contentId));
        return contents;
    }

    /// <summary>Takes over what another partition has counted.</summary>
    /// <returns>The parts that other partitions keep; null when there are none any more.</returns>
    private ContentParts? Take(string contentId, PartialStats partial, ContentCounters counters, ContentParts parts)
    {
        if (!partial.IsLast)
        {
            parts.Set(partial.Partition, partial.Stats);
            _parts.Put(contentId, parts);
            return parts;
        }
        // A part that this partition has not heard of since it began to count belongs to what it has forgotten.
        if (parts.Remove(partial.Partition))
            counters.Add(partial.Stats);
        if (parts.Reports.Count > 0)
        {
            _parts.Put(contentId, parts);
            return parts;
        }
        _parts.Remove(contentId);
        _partRanking.Remove(contentId);
        return null;
    }

    /// <summary>Whether a client sent it before. What follows from actions is no client's repeat: their stage has recognised those.</summary>
    private bool IsRepeat(ContentInteraction interaction, long timestamp) =>
        interaction.Partial is null && interaction.InteractionId.Length > 0 && InteractionTypes.Of(interaction.Type).IsSentByClients
        && !_recent.TryAdd(IdFingerprint.Of(interaction.UserId, interaction.InteractionId), timestamp);

    private void Count(ContentCounters counters, ContentInteraction interaction, long timestamp)
    {
        var at = TimeOf(interaction, timestamp);
        counters[interaction.Type]++;
        counters.LastInteractionAt = Math.Max(counters.LastInteractionAt, at);
        counters.Score = TrendScore.Add(counters.Score, interaction.Type, at, _halfLifeMs);
    }

    /// <summary>
    /// Takes back an interaction; false if there is none: the interaction came in the same partition before, so it was forgotten here, or a foreign record says so.
    /// </summary>
    private bool TryTakeBack(ContentCounters counters, ContentInteraction interaction, long timestamp)
    {
        if (counters[interaction.Type] == 0)
            return false;
        counters[interaction.Type]--;
        counters.LastInteractionAt = Math.Max(counters.LastInteractionAt, NotAhead(interaction.TakenBackAt, timestamp));
        counters.Score = TrendScore.Remove(counters.Score, interaction.Type, TimeOf(interaction, timestamp), _halfLifeMs);
        return true;
    }

    /// <summary>What is no longer counted here may have gone to the content's own partition with the rest of the part.</summary>
    private void PassOn(ContentInteraction interaction, IEmitter emitter)
    {
        var own = OwnPartitionOf(interaction.ContentId);
        if (own != _partition)
            emitter.Emit(TopicNames.ContentInteractions, own, interaction);
    }

    /// <summary>
    /// The time at which an interaction counts. What follows from an action has the same when it is taken back, whenever that is: its stage has seen to it that it is
    /// not ahead, so only records of others are.
    /// </summary>
    private static long TimeOf(ContentInteraction interaction, long timestamp) =>
        NotAhead(interaction.OccurredAt, timestamp > 0 && !InteractionTypes.Of(interaction.Type).IsSentByClients ? timestamp + MaxClockDifferenceMs : timestamp);

    /// <summary>
    /// A client whose clock is ahead would otherwise keep its content on top, and delay its statistics, until the other clocks catch up.
    /// </summary>
    internal static long NotAhead(long occurredAt, long timestamp) => timestamp > 0 ? Math.Min(occurredAt, timestamp) : occurredAt;

    /// <summary>A content's score with the configured half-life, also before the first record after a restore.</summary>
    private double ScoreOf(ContentCounters counters) => _isAdapted ? counters.Score : Convert(counters, StoredHalfLife);

    /// <summary>That of a state of a version that did not keep it is not known: it is taken for the configured one.</summary>
    private TimeSpan StoredHalfLife => _halfLives.TryGet(OnlyKey, out var ticks) ? new(ticks) : _halfLife;

    private double Convert(ContentCounters counters, TimeSpan from) => TrendScore.Convert(counters.Score, counters.LastInteractionAt, from.TotalMilliseconds, _halfLifeMs);

    /// <summary>
    /// Converts all scores if they were counted with another half-life, and then ranks the contents anew. Also ranks those that had no place before, if the ranking
    /// has some left: perhaps it was smaller. Where it has none, that of the parts has been filled too.
    /// </summary>
    private void Adapt()
    {
        var before = StoredHalfLife;
        _halfLives.Put(OnlyKey, _halfLife.Ticks);
        if (before == _halfLife && _ranking.IsFull)
            return;
        if (before != _halfLife)
        {
            _ranking.Clear();
            _partRanking.Clear();
        }

        foreach (var contentId in _counters.Entries.Select(static content => content.Key).Order(StringComparer.Ordinal).ToArray())
        {
            _counters.TryGet(contentId, out var counters);
            _parts.TryGet(contentId, out var parts);
            if (before != _halfLife)
            {
                counters!.Score = Convert(counters, before);
                _counters.Put(contentId, counters);
            }

            Rank(contentId, counters!.Score, parts, isLower: false);
        }
    }

    private void Rank(string contentId, double score, ContentParts? parts, bool isLower)
    {
        if (isLower)
        {
            _ranking.Lower(contentId, score);
            _partRanking.Lower(contentId, score);
            return;
        }

        if (score != TrendScore.None)
            _ranking.Touch(contentId, score);
        if (IsPart(contentId, parts))
            _partRanking.Touch(contentId, score);
    }

    private void ForgetIdle(IEmitter emitter)
    {
        for (var looks = 0; looks < IdleContents.LooksPerEntry && _idle.TryTake(out var contentId); looks++)
        {
            if (!_counters.TryGet(contentId, out var counters))
                throw new InvalidDataException($"Content '{contentId}' may be idle but has no counters in the state.");
            if (counters.TouchedAt == 0)
            {
                // Of a version that did not say when it was touched: it counts as touched now.
                counters.TouchedAt = _idle.Now;
                _counters.Put(contentId, counters);
            }

            if (!_idle.IsIdle(contentId, counters.TouchedAt))
            {
                _idle.Add(contentId, counters.TouchedAt);
                continue;
            }

            var own = OwnPartitionOf(contentId);
            if (own == _partition)
                emitter.EmitKeyed(TopicNames.ContentStats, KeyPartitioner.PartitionOf(contentId, _statsPartitions), contentId, payload: null);
            else
                emitter.Emit(TopicNames.ContentInteractions, own, new ContentInteraction { ContentId = contentId, Partial = new() { Partition = _partition, Stats = counters.ToStats(contentId), IsLast = true } });
            // The rankings first, which may still have to read its score.
            _ranking.Remove(contentId);
            _partRanking.Remove(contentId);
            _counters.Remove(contentId);
            _parts.Remove(contentId);
        }
    }

    private void EmitStats(string contentId, ContentCounters counters, ContentParts? parts, IEmitter emitter)
    {
        var stats = counters.ToStats(contentId);
        var own = OwnPartitionOf(contentId);
        if (own == _partition)
        {
            parts?.AddTo(stats);
            emitter.EmitKeyed(TopicNames.ContentStats, contentId, stats);
        }
        else
        {
            var report = new ContentInteraction { ContentId = contentId, Partial = new() { Partition = _partition, Stats = stats } };
            emitter.Emit(TopicNames.ContentInteractions, own, report);
        }

        counters.LastEmittedAt = stats.LastInteractionAt;
    }

    private bool IsPart(string contentId, ContentParts? parts) => parts is not null || OwnPartitionOf(contentId) != _partition;

    private int OwnPartitionOf(string contentId) => KeyPartitioner.PartitionOf(contentId, _partitions);

    private void Check(ContentInteraction interaction)
    {
        if (interaction.ContentId.Length == 0)
            throw new InvalidEntryException($"Interaction '{interaction.InteractionId}' lacks content_id.");
        if (!IdRule.IsValid(interaction.ContentId))
            throw new InvalidEntryException($"Interaction '{interaction.InteractionId}' has a content_id that is no id: it {IdRule.Text}.");
        if (interaction.Partial is { } partial)
            CheckReport(interaction.ContentId, partial);
        else if (!FieldCheck.IsTime(interaction.TakenBackAt))
            throw new InvalidEntryException($"Interaction '{interaction.InteractionId}' has the taken_back_at {interaction.TakenBackAt}; it is a time in Unix milliseconds.");
        // What an earlier version counted at such a time can still be taken back.
        else if (interaction.TakenBackAt == 0 && !FieldCheck.IsTime(interaction.OccurredAt))
            throw new InvalidEntryException($"Interaction '{interaction.InteractionId}' has the occurred_at {interaction.OccurredAt}; it is a time in Unix milliseconds.");
        else if (InteractionTypes.Find(interaction.Type) is null)
            throw new InvalidEntryException($"Interaction '{interaction.InteractionId}' has the unknown type {(int)interaction.Type}.");
    }

    private void CheckReport(string contentId, PartialStats partial)
    {
        if (OwnPartitionOf(contentId) != _partition)
            throw new InvalidEntryException($"A report of a part of content '{contentId}' is in partition {_partition}, which is not the content's own.");
        if ((uint)partial.Partition >= (uint)_partitions || partial.Partition == _partition)
            throw new InvalidEntryException($"A report of a part of content '{contentId}' is of partition {partial.Partition}; there are {_partitions}.");
        // All bits of the largest number are set, so together they are above it exactly if one is.
        if (partial.Stats is not { } stats
            || (stats.Views | stats.Impressions | stats.Clicks | stats.Likes | stats.Comments | stats.Shares) is < 0 or > FieldCheck.LargestNumber)
            throw new InvalidEntryException($"A report of a part of content '{contentId}' lacks counters or has one that is not from 0 to {FieldCheck.LargestNumber}.");
        if (!FieldCheck.IsTime(stats.LastInteractionAt))
            throw new InvalidEntryException($"A report of a part of content '{contentId}' has the last_interaction_at {stats.LastInteractionAt}; it is a time in Unix milliseconds.");
    }
}
