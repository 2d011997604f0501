using StreamSocial.Events;

namespace StreamSocial.FeedGenerator.Engagement;

/// <summary>The counters of a content and its score (<see cref="TrendScore"/>).</summary>
internal sealed record ContentStanding(ContentStats Stats, double Score);
