using StreamSocial.Events;
using StreamSocial.Replay;
using StreamSocial.Replay.Messages;

namespace StreamSocial.Cli.Drills.HotKey;

/// <summary>
/// Events without end, most of which concern one content, at a rate that may be changed meanwhile: views, impressions and clicks, and among them likes,
/// comments and shares, so that both ways into content-interactions are taken.
/// </summary>
/// <param name="hotShare">Share of the events that concern the hot content, 0 to 1.</param>
/// <param name="seed">Seed of the random choices.</param>
/// <param name="start">Time of the first event; part of the ids.</param>
internal sealed class HotContentTrace(double hotShare, int seed, DateTimeOffset start) : ITraceSource
{
    /// <summary>One event in so many is an action, which passes through user-actions first.</summary>
    private const int EventsPerAction = 10;

    private const int Users = 2_000;
    private const int OrdinaryContents = 1_000;
    private static readonly ActionType[] ActionTypes = [ActionType.Like, ActionType.Comment, ActionType.Share];
    private static readonly InteractionType[] InteractionTypes = [InteractionType.View, InteractionType.Impression, InteractionType.Click];
    private readonly Random _random = new(seed);
    private readonly string _prefix = $"k{start.ToUnixTimeSeconds():x}-";
    private double _rate = 1;
    private long _number;

    /// <summary>Events per second of the trace's own time from the next event on; above 0.</summary>
    public double Rate
    {
        get => Volatile.Read(ref _rate);
        set => Volatile.Write(ref _rate, value);
    }

    /// <summary>The content that most events concern.</summary>
    public string HotContent => $"{_prefix}hot";

    public string Description => FormattableString.Invariant($"events of which {hotShare:P0} concern one content (seed {seed})");

    public double? FractionRead => null;

    public long InteractionsRead => _number;

    public IEnumerable<ReplayEvent> ReadEvents()
    {
        for (var at = start; ; at += TimeSpan.FromSeconds(1 / Rate))
            yield return Create(at);
    }

    public void Dispose()
    {
        // Holds no resources.
    }

    private ReplayEvent Create(DateTimeOffset at)
    {
        var id = $"{_prefix}{++_number}";
        var content = _random.NextDouble() < hotShare ? HotContent : $"{_prefix}c{_random.Next(OrdinaryContents)}";
        var user = $"u{_random.Next(Users)}";
        return _number % EventsPerAction == 0
            ? new ReplayAction { ActionId = id, Type = ActionTypes[_random.Next(ActionTypes.Length)], UserId = user, ContentId = content, OccurredAt = at }
            : new ReplayInteraction { InteractionId = id, Type = InteractionTypes[_random.Next(InteractionTypes.Length)], UserId = user, ContentId = content, OccurredAt = at };
    }
}
