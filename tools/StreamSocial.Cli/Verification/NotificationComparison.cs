using StreamSocial.Events;

namespace StreamSocial.Cli.Verification;

/// <summary>Compares the notifications of one user with the reference. Pure.</summary>
internal static class NotificationComparison
{
    /// <param name="expected">All that the user had to get, in the order of the trace.</param>
    /// <param name="readUpTo">Number up to which the user has read.</param>
    /// <param name="capacity">Notifications that are kept, the last that came.</param>
    /// <param name="actual">What was read, newest first.</param>
    /// <remarks>
    /// The notifications of different actors come in any order. So which of them are kept is only known if all are.
    /// </remarks>
    public static NotificationDifference Compare(IReadOnlyList<ReferenceNotification> expected, int readUpTo, int capacity, ReadNotifications actual)
    {
        var places = expected.Index().ToDictionary(wanted => wanted.Item, wanted => wanted.Index);
        var found = new HashSet<ReferenceNotification>();
        var latest = new Dictionary<(string Actor, bool IsFollow), int>();
        var (duplicated, misordered, unexpected) = (0, 0, 0);
        foreach (var notification in actual.Notifications.Reverse().Select(numbered => numbered.Notification))
        {
            if (!places.TryGetValue(notification, out var place))
                unexpected++;
            else if (!found.Add(notification))
                duplicated++;
            else
                misordered += IsInOrder(latest, notification, place) ? 0 : 1;
        }

        var kept = Math.Min(expected.Count, capacity);
        var unread = Math.Clamp(expected.Count - readUpTo, 0, kept);
        return new(Math.Max(0, kept - found.Count), duplicated, misordered, unexpected, actual.Unread - unread);
    }

    /// <summary>A follow is in the log of the followed user, everything else in that of the actor: each comes in its order.</summary>
    private static bool IsInOrder(Dictionary<(string Actor, bool IsFollow), int> latest, ReferenceNotification notification, int place)
    {
        var row = (notification.ActorId, notification.Type == NotificationType.Follow);
        var inOrder = place > latest.GetValueOrDefault(row, -1);
        latest[row] = Math.Max(place, latest.GetValueOrDefault(row, -1));
        return inOrder;
    }
}

/// <summary>How the notifications of one user differ from the reference.</summary>
/// <param name="Lost">Notifications that should be there and are not.</param>
/// <param name="Duplicated">Notifications that are there more than once.</param>
/// <param name="Misordered">Notifications that came before an earlier one of the same actor.</param>
/// <param name="Unexpected">Notifications that should not be there.</param>
/// <param name="Unread">Unread ones more than there should be.</param>
internal sealed record NotificationDifference(int Lost, int Duplicated, int Misordered, int Unexpected, int Unread)
{
    public static NotificationDifference None { get; } = new(0, 0, 0, 0, 0);

    public bool IsNone => this == None;

    /// <inheritdoc/>
    public override string ToString() =>
        $"{Lost} lost, {Duplicated} duplicated, {Misordered} misordered, {Unexpected} unexpected, {Unread} too many unread";
}

/// <summary>One notification as the user must get it.</summary>
internal sealed record ReferenceNotification(NotificationType Type, string ActorId, string ContentId, string ActionId, long OccurredAt);

/// <summary>The notifications of one user as the read API gives them, newest first.</summary>
internal sealed record ReadNotifications(int Unread, IReadOnlyList<(int Number, ReferenceNotification Notification)> Notifications);
