using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using Google.Protobuf;
using StreamSocial.Events;
using StreamSocial.Replay.Messages;

namespace StreamSocial.Cli.Benchmarks.Ingest;

/// <summary>
/// Requests of posts, comments, likes and follows of many users, made before anything is measured. Each user acts about as often as any other, so that the
/// partitions fill alike.
/// </summary>
internal sealed class ActionBodies
{
    private const int Users = 100_000;

    /// <summary>More ids than ingest remembers, so that what it remembers of a body is gone when the body comes again.</summary>
    private const int DistinctActions = 200_000;

    private static readonly ActionType[] Types = [ActionType.Post, ActionType.Comment, ActionType.Like, ActionType.Follow];
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull };

    private readonly ReplayAction[][] _batches;

    /// <param name="batch">Actions of a request.</param>
    public ActionBodies(int batch)
    {
        var random = new Random(1);
        _batches = [.. Enumerable.Range(0, DistinctActions).Select(number => Make(number, random)).Chunk(batch).Where(chunk => chunk.Length == batch)];
        Bodies = [.. _batches.Select(actions => JsonSerializer.SerializeToUtf8Bytes(actions, Json))];
    }

    /// <summary>The JSON of each request.</summary>
    public IReadOnlyList<byte[]> Bodies { get; }

    /// <summary>The records that ingest makes of a request, without their times: key and payload.</summary>
    public IEnumerable<(byte[] Key, byte[] Payload)> RecordsOf(int request) => _batches[request % _batches.Length].Select(action => (Encoding.UTF8.GetBytes(action.Key), new UserAction
    {
        Type = action.Type,
        ActionId = action.ActionId,
        UserId = action.UserId,
        TargetUserId = action.TargetUserId ?? "",
        ContentId = action.ContentId ?? "",
        ContentAuthorId = action.ContentAuthorId ?? "",
        Text = action.Text ?? "",
    }.ToByteArray()));

    private static ReplayAction Make(int number, Random random)
    {
        var type = Types[number % Types.Length];
        var (user, other) = (random.Next(Users), random.Next(Users - 1));
        var target = Name(other < user ? other : other + 1);
        var isText = type is ActionType.Post or ActionType.Comment;
        return new ReplayAction
        {
            ActionId = string.Create(CultureInfo.InvariantCulture, $"bench-{number}"),
            Type = type,
            UserId = Name(user),
            TargetUserId = type == ActionType.Follow ? target : null,
            ContentId = type == ActionType.Follow ? null : string.Create(CultureInfo.InvariantCulture, $"content-{number}"),
            ContentAuthorId = type is ActionType.Like or ActionType.Comment ? target : null,
            Text = isText ? "What everybody says about it today, in a sentence of the usual length." : null,
        };
    }

    private static string Name(int user) => string.Create(CultureInfo.InvariantCulture, $"user-{user}");
}
