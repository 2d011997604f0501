namespace StreamSocial.FeedGenerator.Pulling;

/// <summary>The newest actions of the accounts whose followers pull, as topic pull-posts has them. Thread-safe.</summary>
internal interface IPullPosts
{
    /// <summary>What an account did; empty when nothing is known of it.</summary>
    AuthorActions Of(string author);
}
