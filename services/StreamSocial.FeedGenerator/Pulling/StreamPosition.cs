using System.Collections.Immutable;

namespace StreamSocial.FeedGenerator.Pulling;

/// <summary>How far a client has read the stream of a feed.</summary>
/// <param name="Arrival">Arrival number of the last entry that the feed itself took; 0 for none.</param>
/// <param name="Pulls">By account that the feed pulled then, the number of the last action; an account that is not there was not yet pulled.</param>
internal sealed record StreamPosition(long Arrival, ImmutableSortedDictionary<string, int> Pulls)
{
    private static readonly ImmutableSortedDictionary<string, int> None = ImmutableSortedDictionary.Create<string, int>(StringComparer.Ordinal);

    /// <summary>In front of all that a feed ever took.</summary>
    public static StreamPosition Start { get; } = new(0, None);

    public StreamPosition WithoutPulls() => this with { Pulls = None };

    public StreamPosition With(string author, int number) => this with { Pulls = Pulls.SetItem(author, number) };
}
