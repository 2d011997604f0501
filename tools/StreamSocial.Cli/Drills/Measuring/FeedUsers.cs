using StreamSocial.Cli.Verification;
using StreamSocial.Replay;

namespace StreamSocial.Cli.Drills.Measuring;

/// <summary>Users whose feeds take something early in a trace.</summary>
internal static class FeedUsers
{
    /// <summary>Beginning of a trace in which a feed must take something to be looked at.</summary>
    private const int EventsToChooseFrom = 50_000;

    /// <summary>How much each feed takes of the trace's beginning.</summary>
    /// <param name="trace">The trace, read only for this.</param>
    /// <exception cref="ToolException">Nobody's feed takes anything.</exception>
    public static IReadOnlyDictionary<string, int> CountDeliveries(ITraceSource trace)
    {
        var deliveries = new Dictionary<string, int>(StringComparer.Ordinal);
        var reference = new ReferenceModel { Delivered = (user, _) => deliveries[user] = deliveries.GetValueOrDefault(user) + 1 };
        foreach (var replayEvent in trace.ReadEvents().Take(EventsToChooseFrom))
            reference.Apply(replayEvent);
        return deliveries.Count > 0
            ? deliveries
            : throw new ToolException($"The first {EventsToChooseFrom:N0} events of {trace.Description} reach no feed, so there is nothing to read.");
    }

    /// <summary>The users whose feeds take most: an older state shows there first.</summary>
    /// <param name="deliveries">How much each feed takes.</param>
    /// <param name="most">Most users.</param>
    public static IReadOnlyList<string> Busiest(IReadOnlyDictionary<string, int> deliveries, int most) =>
        [.. deliveries.OrderByDescending(user => user.Value).ThenBy(user => user.Key, StringComparer.Ordinal).Select(user => user.Key).Take(most)];
}
