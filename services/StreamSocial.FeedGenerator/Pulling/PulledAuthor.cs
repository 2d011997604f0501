namespace StreamSocial.FeedGenerator.Pulling;

/// <summary>What the Actions task knows of an account whose followers pull.</summary>
/// <param name="First">Number of the oldest action kept; one above <paramref name="Last"/> when there is none.</param>
/// <param name="Last">Number of the newest action; 0 when there was none.</param>
/// <param name="LastOccurredAt">Time of that action, Unix milliseconds; the smallest long when there was none.</param>
internal readonly record struct PulledAuthor(int First, int Last, long LastOccurredAt)
{
    public static PulledAuthor New { get; } = new(1, 0, long.MinValue);

    public int Count => Last - First + 1;
}
