using System.Collections.Immutable;

namespace StreamSocial.Events.Actions;

/// <summary>
/// The types of actions: the one place that says what each of them is and does. A new type is a value of <see cref="ActionType"/> in
/// actions.proto and an entry here; the reference that verifies the system knows the types by itself and refuses one that it does not.
/// </summary>
public static class ActionTypes
{
    /// <summary>All types, in the order in which they are listed to clients.</summary>
    public static ImmutableArray<ActionDefinition> All { get; } =
    [
        new(ActionType.Post, "post") { CreatesContent = true, FeedEntry = FeedEntryType.Post },
        new(ActionType.Like, "like") { FeedEntry = FeedEntryType.Like, Interaction = InteractionType.Like, Notification = NotificationType.Like },
        new(ActionType.Comment, "comment") { FeedEntry = FeedEntryType.Comment, Interaction = InteractionType.Comment, Notification = NotificationType.Comment },
        new(ActionType.Share, "share") { FeedEntry = FeedEntryType.Share, Interaction = InteractionType.Share, Notification = NotificationType.Share },
        new(ActionType.Follow, "follow") { Concerns = ConcernedUser.Target, FollowerChange = FollowerChange.Add, Notification = NotificationType.Follow },
        new(ActionType.Unfollow, "unfollow") { Concerns = ConcernedUser.Target, FollowerChange = FollowerChange.Remove },
    ];

    private static readonly ImmutableArray<ActionDefinition?> ByType = IndexBy(All, definition => (int)definition.Type);
    private static readonly ImmutableArray<ActionDefinition?> ByFeedEntry = IndexBy(All, definition => (int?)definition.FeedEntry);

    /// <summary>The definition of a type; null for a type that this version does not know. Allocates nothing.</summary>
    public static ActionDefinition? Find(ActionType type) => (uint)type < (uint)ByType.Length ? ByType[(int)type] : null;

    /// <summary>The definition of a type.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is none.</exception>
    public static ActionDefinition Of(ActionType type) =>
        Find(type) ?? throw new ArgumentOutOfRangeException(nameof(type), type, "There is no such type of action.");

    /// <summary>The definition whose actions appear in feeds as this; null when none does. Allocates nothing.</summary>
    public static ActionDefinition? Find(FeedEntryType entry) => (uint)entry < (uint)ByFeedEntry.Length ? ByFeedEntry[(int)entry] : null;

    private static ImmutableArray<ActionDefinition?> IndexBy(ImmutableArray<ActionDefinition> definitions, Func<ActionDefinition, int?> valueOf)
    {
        var byValue = new ActionDefinition?[definitions.Max(valueOf).GetValueOrDefault() + 1];
        foreach (var definition in definitions)
        {
            if (valueOf(definition) is { } value)
                byValue[value] = byValue[value] is null ? definition : throw new InvalidOperationException($"{byValue[value]} and {definition} have the same value.");
        }

        return [.. byValue];
    }
}
