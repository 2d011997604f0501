using System.Text;
using System.Text.Json;
using CsCheck;
using StreamSocial.Events;
using StreamSocial.Events.Actions;

namespace StreamSocial.Ingest.Tests.Actions;

public class ActionReaderPropertyTests
{
    private static readonly string[] IdFields = ["userId", "targetUserId", "contentId", "contentAuthorId", "actionId", "targetActionId"];
    private static readonly string[] Types = ["post", "like", "comment", "share", "follow", "unfollow", "block", "unblock", "unlike", "unshare", "delete", "dance"];
    private static readonly string?[] Ids = [null, "a", "ü", "", "a\nb", new('x', 64), new('x', 65)];

    private static readonly Gen<Dictionary<string, object?>> Documents =
        from ids in Gen.Select(Gen.Bool, Gen.OneOf(Ids)).Array[IdFields.Length]
        from type in Gen.OneOf<string?>([.. Types, null])
        from textLength in Gen.Frequency<int>((3, Gen.Const(-1)), (1, Gen.Int[0, 7]))
        from mentions in Gen.Frequency<int>((3, Gen.Const(-1)), (1, Gen.Int[0, ActionTypes.MaxMentions + 2]))
        select CreateDocument(ids, type, textLength, mentions);

    [Fact]
    public void Read_RandomActions_AcceptsExactlyTheValidOnesAndNamesTheirIndices() =>
        Documents.Array[1, 5].Sample(actions =>
        {
            var errors = ActionReaderTests.Read(JsonSerializer.Serialize(actions), out _);

            var expected = actions.Index().Where(action => !IsValid(action.Item)).Select(action => action.Index);
            var named = errors.ByPath.Keys.Select(path => int.Parse(path[1..path.IndexOf(']', StringComparison.Ordinal)], null)).Distinct().Order();
            Assert.Equal(expected, named);
        }, iter: 3_000, print: actions => JsonSerializer.Serialize(actions));

    [Fact]
    public void Read_DamagedBytes_NeverThrowsAndWhatItAcceptsIsValid()
    {
        var good = Encoding.UTF8.GetBytes(
            """[{"actionId":"a","type":"post","userId":"u","contentId":"c","mentionedUserIds":["m","\u00fc"],"text":"t","occurredAt":"2012-07-01T00:00:00Z"}]""");
        // Half of them are cut short as well.
        var length = Gen.OneOf<int>(Gen.Const(good.Length), Gen.Int[0, good.Length - 1]);
        Gen.Select(Gen.Select(Gen.Int[0, good.Length - 1], Gen.Byte).Array[1, 3], length).Sample((hits, kept) =>
        {
            var bytes = good.ToArray();
            foreach (var (index, written) in hits)
                bytes[index] = written;

            var errors = ActionReaderTests.Read(bytes[..kept], out var actions);

            if (errors.IsEmpty)
                Assert.All(actions, action => Assert.True(IdRule.IsValid(action.UserId) && action.Type != ActionType.Unspecified));
            else
                Assert.All(errors.ByPath.Values, messages => Assert.NotEmpty(messages));
        }, iter: 30_000);
    }

    private static Dictionary<string, object?> CreateDocument((bool IsGiven, string? Id)[] ids, string? type, int textLength, int mentions)
    {
        var action = new Dictionary<string, object?>();
        foreach (var (field, (isGiven, id)) in IdFields.Zip(ids))
        {
            if (isGiven)
                action[field] = id;
        }

        if (type is not null)
            action["type"] = type;
        if (textLength >= 0)
            action["text"] = new string('t', textLength);
        if (mentions >= 0)
            action["mentionedUserIds"] = Enumerable.Range(0, mentions).Select(i => $"m{i}").ToArray();
        return action;
    }

    // Independent implementation of the documented rules.
    private static bool IsValid(Dictionary<string, object?> action)
    {
        var given = action.Where(field => field.Value is not null).ToDictionary(field => field.Key, field => field.Value!);
        var idsAreValid = given.Where(field => field.Key.EndsWith("Id", StringComparison.Ordinal)).All(field => (string)field.Value is "a" or "ü" or { Length: 64 });
        if (!idsAreValid || !given.ContainsKey("userId") || given.GetValueOrDefault("text") is string { Length: > 5 })
            return false;
        if (given.GetValueOrDefault("mentionedUserIds") is string[] { Length: > ActionTypes.MaxMentions })
            return false;
        string[] objects = [.. new[] { "targetUserId", "contentId", "targetActionId" }.Where(given.ContainsKey)];
        var saysNothing = !given.ContainsKey("contentAuthorId")
            && given.GetValueOrDefault("text") is null or "" && given.GetValueOrDefault("mentionedUserIds") is null or string[] { Length: 0 };
        return given.GetValueOrDefault("type") switch
        {
            "follow" or "unfollow" or "block" or "unblock" => objects is ["targetUserId"] && saysNothing && (string)given["userId"] != (string)given["targetUserId"],
            "post" => objects is [] or ["contentId"],
            "like" or "comment" or "share" => objects is ["contentId"],
            "unlike" or "unshare" => objects is ["contentId"] && saysNothing,
            "delete" => objects is ["targetActionId"] && saysNothing,
            _ => false,
        };
    }
}
