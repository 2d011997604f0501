using Google.Protobuf;
using StreamSocial.Events;
using StreamSocial.Streams.Emitting;
using StreamSocial.Streams.Tasks;

namespace StreamSocial.Unit.Tests.FeedGenerator;

internal static class Entries
{
    public static void Process(this IRecordProcessor processor, IMessage payload, IEmitter emitter, long timestamp = 0) =>
        processor.Process(new InputEntry(default, payload.ToByteArray(), timestamp, 0), emitter);

    public static UserAction Action(ActionType type, string user, string id, string target = "", long at = 1) => new()
    {
        ActionId = id,
        Type = type,
        UserId = user,
        TargetUserId = target,
        ContentId = target.Length > 0 ? "" : "content-" + id,
        OccurredAt = at,
    };

    public static FeedUpdate Update(string id, long at, params string[] recipients) => new()
    {
        ActionId = id,
        Type = FeedEntryType.Post,
        AuthorId = "author",
        ContentId = "content-" + id,
        Text = "text of " + id,
        OccurredAt = at,
        RecipientIds = { recipients },
    };
}
