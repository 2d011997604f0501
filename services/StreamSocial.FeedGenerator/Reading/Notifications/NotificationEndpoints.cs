using System.ComponentModel;
using System.Globalization;
using Microsoft.AspNetCore.Mvc;
using StreamSocial.Events;
using StreamSocial.FeedGenerator.Notifications;
using StreamSocial.FeedGenerator.Reading.Feeds;
using StreamSocial.FeedGenerator.Reading.Routing;
using StreamSocial.ServiceDefaults.ApiReference;
using StreamSocial.ServiceDefaults.Http;
using StreamSocial.ServiceDefaults.Http.Limits;

namespace StreamSocial.FeedGenerator.Reading.Notifications;

/// <summary>Endpoints for notifications as pages and as streams. They are marked as read with an action, as everything that users do.</summary>
internal static class NotificationEndpoints
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/v1/notifications/{user}", ReadAsync).WithName("GetNotifications").WithSummary("A user's notifications, newest first, and how many are unread")
            .WithDescription("POST /v1/actions with type read and readUpTo, a number, marks them as read up to that number.")
            .Produces<NotificationPage>().WithProblems(ApiProblems.Invalid, ReadProblems.PartitionMoving, ReadProblems.NotOwner)
            .WithMetadata(new QueryNumber("limit", 1, _ => ReadLimits.MaxEntries, ReadLimits.DefaultEntries, "Most notifications."))
            .WithMetadata(new QueryNumber("before", 1, _ => int.MaxValue, null, "The value of `next` of an earlier page."));
        routes.MapGet("/v1/notifications/{user}/stream", StreamAsync).WithName("StreamNotifications")
            .WithSummary("A user's notifications as server-sent events, in order of arrival")
            .WithDescription("The stream ends when the user's partition moves to another replica; a client that reconnects with Last-Event-ID misses nothing that is still kept. "
                + "If something after it is not, an event `gap` comes first; if it never was, an event `reset`, and the stream goes on with what comes next. After ClientLimits:StreamLifetime it ends, with an event `reconnect` if the partition is at this replica.")
            .Produces<NotificationView>(contentType: "text/event-stream").WithProblems(ApiProblems.Invalid, ReadProblems.PartitionMoving, ReadProblems.NotOwner, StreamLimiter.TooManyStreams);
    }

    private static async Task<IResult> ReadAsync(string user, string? limit, string? before, HttpContext context, OwnerRouter router)
    {
        if (ReadLimits.CheckId(user) is { } wrong)
            return ReadProblems.Invalid("user", wrong);
        if (!ReadLimits.TryParse(limit, ReadLimits.DefaultEntries, ReadLimits.MaxEntries, out var count))
            return ReadProblems.InvalidLimit(ReadLimits.MaxEntries);
        var position = int.MaxValue;
        if (before is not null && (!int.TryParse(before, NumberStyles.None, CultureInfo.InvariantCulture, out position) || position < 1))
            return ReadProblems.Invalid("before", "Give the value of 'next' of an earlier page, unchanged.");
        return await router.AnswerAsync<NotificationsProcessor, NotificationSlice>(
            context,
            ReadTarget.Notifications,
            user,
            processor => processor.Read(user, count, position),
            slice => TypedResults.Json(NotificationPage.From(user, slice), ReadingJson.Default.NotificationPage));
    }

    private static async Task<IResult> StreamAsync(
        string user,
        [FromHeader(Name = LastEventId.Header), Description(LastEventId.Description)] string? lastEventId,
        [FromQuery(Name = LastEventId.Query), Description(LastEventId.QueryDescription)] string? firstEventId,
        HttpContext context,
        NotificationStreams streams,
        StreamLimiter limiter)
    {
        if (ReadLimits.CheckId(user) is { } wrong)
            return ReadProblems.Invalid("user", wrong);
        var lastEvent = LastEventId.Of(lastEventId, firstEventId);
        var after = lastEvent is null ? null : NotificationPosition.Parse(lastEvent);
        if (lastEvent is not null && after is null)
            return LastEventId.Unknown();
        if (context.IsHead())
        {
            EventStreamWriter.SetHeaders(context.Response);
            return Results.Empty;
        }

        return limiter.TryOpen(context) is { } over ? await streams.RunAsync(context, user, after, over) : StreamLimiter.Refuse(context);
    }
}

/// <summary>Part of a user's notifications, newest first.</summary>
/// <param name="User">The user.</param>
/// <param name="Unread">Notifications that are kept and not read, on this page or not.</param>
/// <param name="Notifications">The notifications.</param>
/// <param name="Next">Value of <c>before</c> for the next page; null on the last page.</param>
internal sealed record NotificationPage(string User, int Unread, IReadOnlyList<NotificationView> Notifications, int? Next)
{
    public static NotificationPage From(string user, NotificationSlice slice) => new(
        user, slice.Header.Unread, [.. slice.Notifications.Select(NotificationView.From)], slice.HasMore ? slice.Notifications[^1].Number : null);
}

/// <summary>One notification.</summary>
/// <param name="Number">Its number among the user's, from 1, in order of arrival.</param>
/// <param name="IsRead">Whether the user has marked it as read.</param>
/// <param name="Type"><c>mention</c>, <c>like</c>, <c>comment</c>, <c>share</c> or <c>follow</c>.</param>
/// <param name="ActorId">Who did it.</param>
/// <param name="ContentId">The content; empty for a follow.</param>
/// <param name="ActionId">The action.</param>
/// <param name="OccurredAt">Unix milliseconds.</param>
internal sealed record NotificationView(int Number, bool IsRead, string Type, string ActorId, string ContentId, string ActionId, long OccurredAt)
{
    public static NotificationView From(NumberedNotification numbered)
    {
        var (number, isRead, notification) = numbered;
        return new(number, isRead, NameOf(notification.Type), notification.ActorId, notification.ContentId, notification.ActionId, notification.OccurredAt);
    }

    private static string NameOf(NotificationType type) => type switch
    {
        NotificationType.Mention => "mention",
        NotificationType.Like => "like",
        NotificationType.Comment => "comment",
        NotificationType.Share => "share",
        NotificationType.Follow => "follow",
        _ => throw new ArgumentOutOfRangeException(nameof(type), type, "There is no such type of notification."),
    };
}
