namespace StreamSocial.Cli.Verification;

/// <summary>One entry of a feed as the read API gives it.</summary>
/// <param name="Type">The action's lower-case word.</param>
/// <param name="OccurredAt">Unix milliseconds.</param>
/// <param name="Arrival">1, 2, 3, … in the order in which the feed took its entries.</param>
internal sealed record ReadEntry(string ActionId, string Type, string AuthorId, string ContentId, string Text, long OccurredAt, long Arrival);
