using System.Collections.Immutable;

namespace StreamSocial.FeedGenerator.Pulling;

/// <summary>How far a client has read the stream of a feed.</summary>
/// <param name="Arrival">Arrival number of the last entry that the feed itself took; 0 for none.</param>
/// <param name="PullChanges">How often what the feed pulls had changed.</param>
/// <param name="Pulls">By account, the number of its last action seen; an account that is not there was not yet pulled.</param>
internal sealed record StreamPosition(long Arrival, int PullChanges, ImmutableSortedDictionary<string, int> Pulls)
{
    /// <summary>In front of all that a feed ever took.</summary>
    public static StreamPosition Start { get; } = new(0, 0, ImmutableSortedDictionary.Create<string, int>(StringComparer.Ordinal));

    public StreamPosition With(string author, int number) => this with { Pulls = Pulls.SetItem(author, number) };
}
