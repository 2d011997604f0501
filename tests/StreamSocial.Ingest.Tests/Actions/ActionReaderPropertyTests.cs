using System.Text;
using System.Text.Json;
using StreamSocial.Events;
using StreamSocial.Ingest.Actions;
using StreamSocial.Ingest.Json;

namespace StreamSocial.Ingest.Tests.Actions;

public class ActionReaderPropertyTests
{
    private static readonly string[] Types = ["post", "like", "comment", "share", "follow", "unfollow", "dance"];
    private static readonly string?[] Ids = [null, "a", "ü", "", "a\nb", new('x', 64), new('x', 65)];

    [Fact]
    public void Read_RandomActions_AcceptsExactlyTheValidOnesAndNamesTheirIndices()
    {
        var random = new Random(20260701);
        for (var round = 0; round < 3_000; round++)
        {
            var actions = Enumerable.Range(0, random.Next(1, 6)).Select(_ => RandomAction(random)).ToList();

            var errors = ActionReaderTests.Read(JsonSerializer.Serialize(actions), out _);

            var expected = actions.Index().Where(action => !IsValid(action.Item)).Select(action => action.Index);
            var named = errors.ByPath.Keys.Select(path => int.Parse(path[1..path.IndexOf(']', StringComparison.Ordinal)], null)).Distinct().Order();
            Assert.Equal(expected, named);
        }
    }

    [Fact]
    public void Read_DamagedBytes_NeverThrowsAndWhatItAcceptsIsValid()
    {
        var random = new Random(42);
        var good = Encoding.UTF8.GetBytes(
            """[{"actionId":"a","type":"post","userId":"u","contentId":"c","mentionedUserIds":["m","\u00fc"],"text":"t","occurredAt":"2012-07-01T00:00:00Z"}]""");
        for (var round = 0; round < 30_000; round++)
        {
            var bytes = good.ToArray();
            for (var damage = random.Next(1, 4); damage > 0; damage--)
                bytes[random.Next(bytes.Length)] = (byte)random.Next(256);

            var errors = ActionReaderTests.Read(bytes.AsSpan(0, random.Next(2) == 0 ? bytes.Length : random.Next(bytes.Length)).ToArray(), out var actions);

            if (errors.IsEmpty)
                Assert.All(actions, action => Assert.True(JsonField.IsId(action.UserId) && action.Type != ActionType.Unspecified));
            else
                Assert.All(errors.ByPath.Values, messages => Assert.NotEmpty(messages));
        }
    }

    private static Dictionary<string, object?> RandomAction(Random random)
    {
        var action = new Dictionary<string, object?>();
        foreach (var field in new[] { "userId", "targetUserId", "contentId", "contentAuthorId", "actionId" })
        {
            if (random.Next(2) == 0)
                action[field] = Ids[random.Next(Ids.Length)];
        }

        if (random.Next(10) > 0)
            action["type"] = Types[random.Next(Types.Length)];
        if (random.Next(4) == 0)
            action["text"] = new string('t', random.Next(8));
        if (random.Next(4) == 0)
            action["mentionedUserIds"] = Enumerable.Repeat("m", random.Next(ActionReader.MaxMentions + 3)).ToArray();
        return action;
    }

    // The rules again, as the documentation says them.
    private static bool IsValid(Dictionary<string, object?> action)
    {
        var given = action.Where(field => field.Value is not null).ToDictionary(field => field.Key, field => field.Value!);
        var idsAreValid = given.Where(field => field.Key.EndsWith("Id", StringComparison.Ordinal)).All(field => (string)field.Value is "a" or "ü" or { Length: 64 });
        if (!idsAreValid || !given.ContainsKey("userId") || given.GetValueOrDefault("text") is string { Length: > 5 })
            return false;
        if (given.GetValueOrDefault("mentionedUserIds") is string[] { Length: > ActionReader.MaxMentions })
            return false;
        return given.GetValueOrDefault("type") switch
        {
            "follow" or "unfollow" => given.ContainsKey("targetUserId") && !given.ContainsKey("contentId") && !given.ContainsKey("contentAuthorId")
                && given.GetValueOrDefault("text") is null or "" && given.GetValueOrDefault("mentionedUserIds") is null or string[] { Length: 0 },
            "post" => !given.ContainsKey("targetUserId"),
            "like" or "comment" or "share" => given.ContainsKey("contentId") && !given.ContainsKey("targetUserId"),
            _ => false,
        };
    }
}
