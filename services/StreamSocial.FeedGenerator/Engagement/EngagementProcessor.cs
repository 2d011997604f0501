using StreamSocial.Events;
using StreamSocial.Events.Interactions;
using StreamSocial.FeedGenerator.Codecs;
using StreamSocial.Streams.Emitting;
using StreamSocial.Streams.State;
using StreamSocial.Streams.Tasks;

namespace StreamSocial.FeedGenerator.Engagement;

/// <summary>Counts the interactions with one partition's contents and ranks these.</summary>
internal sealed class EngagementProcessor : IRecordProcessor
{
    private const byte CountersStore = 16;

    private readonly long _statsIntervalMs;
    private readonly double _halfLifeMs;
    private readonly IStateStore<string, ContentCounters> _counters;
    private readonly TrendRanking _ranking;

    public EngagementProcessor(ITaskContext context, EngagementOptions options)
    {
        _statsIntervalMs = (long)options.StatsInterval.TotalMilliseconds;
        _halfLifeMs = options.TrendHalfLife.TotalMilliseconds;
        _counters = context.OpenStore(CountersStore, "content-counters", StringKeyCodec.Instance, new ContentCountersCodec());
        _ranking = new(context, _counters, options.TrendingContents);
    }

    public void Process(in InputEntry entry, IEmitter emitter)
    {
        var interaction = ContentInteraction.Parser.ParseFrom(entry.Payload.Span);
        Check(interaction);
        var contentId = interaction.ContentId;
        if (!_counters.TryGet(contentId, out var counters))
            counters = new();

        // A client whose clock is ahead would otherwise keep its content on top, and delay its statistics, until the other clocks catch up.
        var at = entry.Timestamp > 0 ? Math.Min(interaction.OccurredAt, entry.Timestamp) : interaction.OccurredAt;
        counters.Count(interaction.Type);
        counters.LastInteractionAt = Math.Max(counters.LastInteractionAt, at);
        counters.Score = TrendScore.Add(counters.Score, interaction.Type, at, _halfLifeMs);
        if (counters.LastEmittedAt is not { } emitted || counters.LastInteractionAt - emitted >= _statsIntervalMs)
        {
            counters.LastEmittedAt = counters.LastInteractionAt;
            emitter.EmitKeyed(TopicNames.ContentStats, contentId, counters.ToStats(contentId));
        }

        _counters.Put(contentId, counters);
        _ranking.Touch(contentId, counters.Score);
    }

    /// <summary>Reads the counters of a content; all are 0 if nobody interacted with it.</summary>
    public RankedContent Read(string contentId) =>
        _counters.TryGet(contentId, out var counters) ? Rank(contentId, counters) : new(new() { ContentId = contentId }, TrendScore.None);

    /// <summary>Reads the trending contents, best first.</summary>
    public List<RankedContent> ReadTrending(int limit)
    {
        var contents = new List<RankedContent>(_ranking.ContentIds.Count);
        foreach (var contentId in _ranking.ContentIds)
            contents.Add(Read(contentId));
        contents.Sort(static (left, right) => TrendRanking.Compare(left.Stats.ContentId, left.Score, right.Stats.ContentId, right.Score));
        if (contents.Count > limit)
            contents.RemoveRange(limit, contents.Count - limit);
        return contents;
    }

    private static RankedContent Rank(string contentId, ContentCounters counters) => new(counters.ToStats(contentId), counters.Score);

    private static void Check(ContentInteraction interaction)
    {
        if (InteractionTypes.Find(interaction.Type) is null)
            throw new InvalidEntryException($"Interaction '{interaction.InteractionId}' has the unknown type {(int)interaction.Type}.");
        if (interaction.ContentId.Length == 0)
            throw new InvalidEntryException($"Interaction '{interaction.InteractionId}' lacks content_id.");
        if (!IdRule.IsValid(interaction.ContentId))
            throw new InvalidEntryException($"Interaction '{interaction.InteractionId}' has a content_id that is no id: it {IdRule.Text}.");
    }
}
