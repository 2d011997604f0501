using StreamSocial.Events;

namespace StreamSocial.Cli.Verification;

/// <summary>One action as every feed it reaches must show it.</summary>
/// <param name="Sequence">Its place in the trace: the order in which one author's entries must arrive.</param>
internal sealed record ReferenceEntry(
    long Sequence, string ActionId, ActionType Type, string AuthorId, string ContentId, string Text, long OccurredAt)
{
    /// <summary>Newest first, as a feed is read: by time, then action id, then author.</summary>
    public static int CompareNewestFirst(ReferenceEntry left, ReferenceEntry right)
    {
        var order = right.OccurredAt.CompareTo(left.OccurredAt);
        if (order == 0)
            order = string.CompareOrdinal(right.ActionId, left.ActionId);
        return order != 0 ? order : string.CompareOrdinal(right.AuthorId, left.AuthorId);
    }
}
