using StreamSocial.Events;

namespace StreamSocial.Unit.Tests.Events;

public sealed class IdRuleTests
{
    private static readonly string[] Ids = ["a", "...", "..a", " ", "a/b", "%2e", "\U0001F600", new string('x', 64), string.Concat(Enumerable.Repeat("\U0001F600", 64))];

    private static readonly string?[] Others =
        [null, "", ".", "..", "\0", "a\n", "a\u0085", "\ud800", "\udc00\ud800", "a\ud800", "\ud800\ud800\udc00", new string('x', 65), string.Concat(Enumerable.Repeat("\U0001F600", 65))];

    // Not as cases of a theory, whose names cannot hold halves of surrogate pairs.
    [Fact]
    public void IsValid_TextThatPathsAndLogsCanSay_True() => Assert.All(Ids, id => Assert.True(IdRule.IsValid(id)));

    [Fact]
    public void IsValid_AnythingElse_False() => Assert.All(Others, text => Assert.False(IdRule.IsValid(text)));
}
