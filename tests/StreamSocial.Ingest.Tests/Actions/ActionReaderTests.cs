using System.Text;
using StreamSocial.Events;
using StreamSocial.Events.Actions;
using StreamSocial.Ingest.Actions;
using StreamSocial.Ingest.Json;

namespace StreamSocial.Ingest.Tests.Actions;

public class ActionReaderTests
{
    private static readonly DateTimeOffset Now = new(2026, 7, 1, 12, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData("""{"type":"like","userId":"","contentId":"c"}""", "userId")]
    [InlineData("""{"type":"like","userId":"a\u0007","contentId":"c"}""", "userId")]
    [InlineData("""{"type":"like","userId":"a\ud800","contentId":"c"}""", "userId")]
    [InlineData("""{"type":"like","userId":["a"],"contentId":"c"}""", "userId")]
    [InlineData("""{"type":"like","userId":"01234567890123456789012345678901234567890123456789012345678901234","contentId":"c"}""", "userId")]
    [InlineData("""{"type":"like","userId":null,"contentId":"c"}""", "userId")]
    [InlineData("""{"type":"like","userId":"a"}""", "contentId")]
    [InlineData("""{"type":"comment","userId":"a"}""", "contentId")]
    [InlineData("""{"type":"share","userId":"a"}""", "contentId")]
    [InlineData("""{"userId":"a"}""", "type")]
    [InlineData("""{"type":"Like","userId":"a"}""", "type")]
    [InlineData("""{"type":{"x":1},"userId":"a"}""", "type")]
    [InlineData("""{"type":"follow","userId":"a"}""", "targetUserId")]
    [InlineData("""{"type":"follow","userId":"a","targetUserId":"b","contentId":"c"}""", "contentId")]
    [InlineData("""{"type":"follow","userId":"a","targetUserId":"a"}""", "targetUserId")]
    [InlineData("""{"type":"unfollow","userId":"a","targetUserId":"a"}""", "targetUserId")]
    [InlineData("""{"type":"post","userId":"a","targetUserId":"b"}""", "targetUserId")]
    [InlineData("""{"type":"unlike","userId":"a"}""", "contentId")]
    [InlineData("""{"type":"unshare","userId":"a","contentId":"c","text":"t"}""", "text")]
    [InlineData("""{"type":"unlike","userId":"a","contentId":"c","contentAuthorId":"b"}""", "contentAuthorId")]
    [InlineData("""{"type":"unlike","userId":"a","contentId":"c","mentionedUserIds":["b"]}""", "mentionedUserIds")]
    [InlineData("""{"type":"block","userId":"a"}""", "targetUserId")]
    [InlineData("""{"type":"block","userId":"a","targetUserId":"a"}""", "targetUserId")]
    [InlineData("""{"type":"unblock","userId":"a","targetUserId":"b","purge":true}""", "purge")]
    [InlineData("""{"type":"unfollow","userId":"a","targetUserId":"b","purge":"yes"}""", "purge")]
    [InlineData("""{"type":"read","userId":"a"}""", "readUpTo")]
    [InlineData("""{"type":"read","userId":"a","readUpTo":0}""", "readUpTo")]
    [InlineData("""{"type":"read","userId":"a","readUpTo":1.5}""", "readUpTo")]
    [InlineData("""{"type":"read","userId":"a","readUpTo":2147483648}""", "readUpTo")]
    [InlineData("""{"type":"read","userId":"a","readUpTo":3,"contentId":"c"}""", "contentId")]
    [InlineData("""{"type":"post","userId":"a","readUpTo":3}""", "readUpTo")]
    [InlineData("""{"type":"delete","userId":"a"}""", "targetActionId")]
    [InlineData("""{"type":"delete","userId":"a","targetActionId":"b","contentId":"c"}""", "contentId")]
    [InlineData("""{"type":"post","userId":"a","targetActionId":"b"}""", "targetActionId")]
    [InlineData("""{"type":"post","userId":"a","mentionedUserIds":["b",""]}""", "mentionedUserIds[1]")]
    [InlineData("""{"type":"post","userId":"a","mentionedUserIds":"b"}""", "mentionedUserIds")]
    [InlineData("""{"type":"post","userId":"a","text":"123456"}""", "text")]
    [InlineData("""{"type":"post","userId":"a","occurredAt":"2026-07-01T12:05:01Z"}""", "occurredAt")]
    [InlineData("""{"type":"post","userId":"a","occurredAt":"2026-07-01T12:00:00"}""", "occurredAt")]
    [InlineData("""{"type":"post","userId":"a","occurredAt":"2026-07-01"}""", "occurredAt")]
    [InlineData("""{"type":"post","userId":"a","occurredAt":"2026-07-01T12:00+02:00"}""", "occurredAt")]
    [InlineData("""{"type":"post","userId":"a","occurredAt":"1969-12-31T23:59:59Z"}""", "occurredAt")]
    [InlineData("""{"type":"post","userId":"a","occurredAt":1341100800}""", "occurredAt")]
    [InlineData("""{"type":"post","userId":"a"} x""", "$")]
    [InlineData("""{"type":"post","userId":"a" """, "$")]
    [InlineData("", "$")]
    [InlineData("[]", "$")]
    [InlineData("5", "$")]
    public void Read_OneFault_NamesItsFieldAndNoOther(string json, string field)
    {
        Assert.Equal([field], Read(json, out _).ByPath.Keys);
    }

    [Theory]
    [InlineData("""{"type":"post","userId":"a","occurredAt":"2026-07-01T12:05:00Z"}""", 1782907500000)]
    [InlineData("""{"type":"post","userId":"a","occurredAt":"2012-07-01T02:00:00.1239+02:00"}""", 1341100800123)]
    [InlineData("""{"type":"post","userId":"a","occurredAt":null}""", 1782907200000)]
    [InlineData("""{"type":"post","userId":"a"}""", 1782907200000)]
    public void Read_OccurredAt_UnixMilliseconds(string json, long expected)
    {
        Assert.True(Read(json, out var actions).IsEmpty);
        Assert.Equal(expected, Assert.Single(actions).OccurredAt);
    }

    [Fact]
    public void Read_SupplementaryCharacters_CountAsOne()
    {
        var id = string.Concat(Enumerable.Repeat("😀", 64));

        Assert.True(Read($$"""{"type":"post","userId":"{{id}}","text":"😀😀😀😀😀"}""", out var actions).IsEmpty);
        Assert.Equal(id, Assert.Single(actions).UserId);
        Assert.False(Read($$"""{"type":"post","userId":"{{id}}x"}""", out _).IsEmpty);
    }

    [Fact]
    public void Read_UnknownFieldsAndMentionsAtTheLimit_Accepted()
    {
        var mentions = string.Join(',', Enumerable.Range(0, ActionTypes.MaxMentions).Select(i => $"\"u{i}\""));

        Assert.True(Read($$"""{"x":{"userId":[1]},"type":"post","userId":"a","mentionedUserIds":[{{mentions}}]}""", out var actions).IsEmpty);
        Assert.Equal(ActionTypes.MaxMentions, Assert.Single(actions).MentionedUserIds.Count);
        Assert.Equal(["mentionedUserIds"], Read($$"""{"type":"post","userId":"a","mentionedUserIds":[{{mentions}},"z","z"]}""", out _).ByPath.Keys);
    }

    internal static FieldErrors Read(string json, out List<UserAction> actions) => Read(Encoding.UTF8.GetBytes(json), out actions);

    internal static FieldErrors Read(byte[] json, out List<UserAction> actions)
    {
        var errors = new FieldErrors();
        actions = EntryBatchReader.Read(json, new ActionReader(new IngestOptions { MaxTextChars = 5 }, Now), maxEntries: 1_000, errors).Entries;
        return errors;
    }
}
