namespace StreamSocial.Dashboard.Feeds;

internal static class FeedServices
{
    /// <summary>Adds the feeds of the running cluster, or none in demo mode.</summary>
    public static void AddFeedLookup(this WebApplicationBuilder builder, bool isDemo)
    {
        if (isDemo)
            builder.Services.AddSingleton<IFeedLookup, NoFeeds>();
        else
            // The page asks again by itself, and another replica is asked at once: no retries.
            builder.Services.AddHttpClient<IFeedLookup, FeedLookup>(http => http.Timeout = Timeout.InfiniteTimeSpan).RemoveAllResilienceHandlers();
    }
}
