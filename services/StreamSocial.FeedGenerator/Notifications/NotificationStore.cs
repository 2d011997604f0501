using System.Buffers;
using Google.Protobuf;
using StreamSocial.Events;
using StreamSocial.FeedGenerator.Codecs;
using StreamSocial.Streams.State;
using StreamSocial.Streams.Tasks;

namespace StreamSocial.FeedGenerator.Notifications;

/// <summary>Stores the notifications of one partition's users: of each user the newest, numbered 1, 2, 3, … in order of arrival.</summary>
/// <remarks>After the largest number, which a user of whom many take notice reaches, another epoch begins, in which those that are kept are numbered from 1.</remarks>
internal sealed class NotificationStore(ITaskContext context, int capacity)
{
    /// <summary>Readers ask for what is below a number, which is at most one more.</summary>
    public const int LargestNumber = int.MaxValue - 1;

    private const byte HeadersStore = 16;
    private const byte NotificationsStore = 17;

    private readonly IStateStore<string, NotificationHeader> _headers =
        context.OpenStore(HeadersStore, "notification-headers", StringKeyCodec.Instance, new NotificationHeaderCodec());

    private readonly IStateStore<NumberedKey, Notification> _notifications =
        context.OpenStore(NotificationsStore, "notifications", NumberedKeyCodec.Instance, new NotificationCodec());

    public void Add(Notification notification)
    {
        var user = notification.UserId;
        var header = HeaderOf(user);
        if (header.Last >= LargestNumber)
            header = Renumber(user, header);
        if (header.Epoch == ArrivalEpoch.Any)
            header = header with { Epoch = ArrivalEpoch.Of(notification.OccurredAt, notification.ActionId, notification.ActorId) };
        header = header with { Last = header.Last + 1 };
        _notifications.Put(new(user, header.Last), notification);
        while (header.Count > capacity)
        {
            _notifications.Remove(new(user, header.First));
            header = header with { First = header.First + 1 };
        }

        _headers.Put(user, header);
    }

    /// <summary>Marks the notifications up to a number as read, those too that are still to come; false if they are already.</summary>
    public bool MarkRead(string user, int upTo)
    {
        var header = HeaderOf(user);
        if (upTo <= header.ReadUpTo)
            return false;
        _headers.Put(user, header with { ReadUpTo = upTo });
        return true;
    }

    /// <summary>Reads the newest notifications below a number, newest first.</summary>
    public NotificationSlice Read(string user, int limit, int before)
    {
        var header = HeaderOf(user);
        var newest = Math.Min(header.Last, before - 1);
        var count = Math.Clamp(newest - header.First + 1, 0, limit);
        return new(header, [.. Enumerable.Range(0, count).Select(i => Numbered(user, header, newest - i))], HasMore: newest - count >= header.First);
    }

    /// <summary>Reads the notifications above a number, oldest first, up to a limit.</summary>
    public NotificationSlice ReadAfter(string user, int after, int limit)
    {
        var header = HeaderOf(user);
        var oldest = Math.Max(header.First, after + 1);
        var count = Math.Clamp(header.Last - oldest + 1, 0, limit);
        return new(header, [.. Enumerable.Range(oldest, count).Select(number => Numbered(user, header, number))], HasMore: oldest + count <= header.Last);
    }

    /// <summary>Numbers those that are kept, fewer than there are numbers, from 1; their epoch is that of what comes next.</summary>
    private NotificationHeader Renumber(string user, NotificationHeader header)
    {
        for (var i = 0; i < header.Count; i++)
        {
            _notifications.Put(new(user, i + 1), Numbered(user, header, header.First + i).Notification);
            _notifications.Remove(new(user, header.First + i));
        }

        return new(1, header.Count, header.Count - header.Unread, ArrivalEpoch.Any);
    }

    private NotificationHeader HeaderOf(string user) => _headers.TryGet(user, out var header) ? header : NotificationHeader.Empty;

    private NumberedNotification Numbered(string user, NotificationHeader header, int number) => _notifications.TryGet(new(user, number), out var notification)
        ? new(number, number <= header.ReadUpTo, notification)
        : throw new InvalidDataException($"The state of a user lists notification {number}, which it does not hold.");
}

/// <summary>Directory of one user's notifications.</summary>
/// <param name="First">Number of the oldest that is kept; <paramref name="Last"/> + 1 if there is none.</param>
/// <param name="Last">Number of the newest; 0 if there was none.</param>
/// <param name="ReadUpTo">Number up to which they are read.</param>
/// <param name="Epoch">Their <see cref="ArrivalEpoch"/>.</param>
internal readonly record struct NotificationHeader(int First, int Last, int ReadUpTo, uint Epoch)
{
    public static NotificationHeader Empty { get; } = new(1, 0, 0, ArrivalEpoch.Any);

    /// <summary>Notifications that are kept.</summary>
    public int Count => Last - First + 1;

    /// <summary>Those among them that are not read.</summary>
    public int Unread => Math.Clamp(Last - ReadUpTo, 0, Count);
}

internal sealed class NotificationHeaderCodec : ICodec<NotificationHeader>
{
    /// <summary>Version 1 had no epoch.</summary>
    private const byte FormatVersion = 2;

    private const byte OldestVersion = 1;

    public void Write(NotificationHeader value, IBufferWriter<byte> output)
    {
        using var writer = new StateWriter(output);
        writer.Byte(FormatVersion);
        writer.Count(value.First);
        writer.Count(value.Last);
        writer.Count(value.ReadUpTo);
        writer.Unsigned(value.Epoch);
    }

    public NotificationHeader Read(ReadOnlySpan<byte> input)
    {
        var reader = new StateReader(input, "directory of notifications");
        var version = reader.Version(OldestVersion, FormatVersion);
        var (first, last, readUpTo) = (reader.Int32(), reader.Int32(), reader.Int32());
        var epoch = version > OldestVersion ? reader.Int64() : last > 0 ? ArrivalEpoch.Oldest : ArrivalEpoch.Any;
        reader.End();
        if (epoch > uint.MaxValue || (epoch == ArrivalEpoch.Any) != (last == 0))
            throw reader.Invalid($"its epoch is {epoch} after {last} notifications");
        var header = new NotificationHeader(first, last, readUpTo, (uint)epoch);
        return header.First >= 1 && header.Count >= 0 ? header : throw reader.Invalid($"it keeps {header.First} to {header.Last}");
    }
}

/// <summary>Stores a notification in the format of its topic.</summary>
internal sealed class NotificationCodec : ICodec<Notification>
{
    public void Write(Notification value, IBufferWriter<byte> output) => Google.Protobuf.MessageExtensions.WriteTo(value, output);

    public Notification Read(ReadOnlySpan<byte> input)
    {
        try
        {
            return Notification.Parser.ParseFrom(input);
        }
        catch (InvalidProtocolBufferException e)
        {
            throw new InvalidDataException("The stored notification is damaged.", e);
        }
    }
}

/// <summary>Some of a user's notifications.</summary>
/// <param name="Header">The user's directory.</param>
/// <param name="Notifications">The notifications.</param>
/// <param name="HasMore">Whether there are more in the direction of reading.</param>
internal sealed record NotificationSlice(NotificationHeader Header, IReadOnlyList<NumberedNotification> Notifications, bool HasMore);

/// <summary>A notification with its number.</summary>
internal readonly record struct NumberedNotification(int Number, bool IsRead, Notification Notification);
