namespace StreamSocial.FeedGenerator.Pulling;

/// <summary>That a feed holds what an account puts into pull-posts.</summary>
/// <param name="Author">The account.</param>
/// <param name="After">Number of its last action that the feed does not take from there.</param>
internal readonly record struct FeedPull(string Author, int After);
