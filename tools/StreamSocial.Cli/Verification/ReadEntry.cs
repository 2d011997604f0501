namespace StreamSocial.Cli.Verification;

/// <summary>One entry of a feed as the read API gives it.</summary>
/// <param name="Type">The action's lower-case word.</param>
/// <param name="OccurredAt">Unix milliseconds.</param>
/// <param name="Arrival">1, 2, 3, … in the order in which the feed took its entries; null when the feed pulls it.</param>
/// <param name="PullNumber">1, 2, 3, … among its author's pulled actions; null when it was pushed.</param>
internal sealed record ReadEntry(string ActionId, string Type, string AuthorId, string ContentId, string Text, long OccurredAt, long? Arrival, int? PullNumber = null);
