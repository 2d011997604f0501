namespace StreamSocial.FeedGenerator.Actions;

/// <summary>How many followers an account has, and over how many buckets they are spread.</summary>
internal readonly record struct FollowerHeader(long Followers, int Buckets);
