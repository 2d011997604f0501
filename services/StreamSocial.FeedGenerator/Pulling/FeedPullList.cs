namespace StreamSocial.FeedGenerator.Pulling;

/// <summary>What one feed pulls.</summary>
/// <param name="Changes">How often that has changed; the state with the higher number is the newer one.</param>
/// <param name="Pulls">In ordinal order of the authors.</param>
internal sealed record FeedPullList(int Changes, IReadOnlyList<FeedPull> Pulls)
{
    public static FeedPullList Empty { get; } = new(0, []);
}
