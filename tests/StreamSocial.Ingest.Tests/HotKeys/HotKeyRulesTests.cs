using System.Collections.Immutable;
using StreamSocial.Events;
using StreamSocial.Ingest.HotKeys;

namespace StreamSocial.Ingest.Tests.HotKeys;

public class HotKeyRulesTests
{
    private static readonly HotKeyOptions Options = new() { Partitions = 6, CoolAfter = TimeSpan.FromSeconds(100) };
    private static readonly DateTimeOffset Now = DateTimeOffset.FromUnixTimeSeconds(1_700_000_000);

    [Fact]
    public void FindChanges_NewHotContent_IsWrittenWithThePartitionsOfTheOptions()
    {
        var (content, hot) = Assert.Single(Changes(["c"]));
        Assert.Equal(("c", 6, Now.ToUnixTimeMilliseconds()), (content, hot!.Spread, hot.HotAt));
    }

    [Theory]
    [InlineData(49, false)]
    [InlineData(51, true)]
    public void FindChanges_KnownHotContent_IsConfirmedInTheSecondHalfOnly(int seconds, bool isWritten) =>
        Assert.Equal(isWritten ? ["c"] : [], Changes(["c"], ("c", seconds)).Where(change => change.Value is not null).Select(change => change.Key));

    [Theory]
    [InlineData(99, false)]
    [InlineData(101, true)]
    public void FindChanges_ContentNoLongerHot_GetsATombstoneWhenCold(int seconds, bool isWritten) =>
        Assert.Equal(isWritten ? ["c"] : [], Changes([], ("c", seconds)).Where(change => change.Value is null).Select(change => change.Key));

    [Fact]
    public void FindChanges_ColdInTheTableButHotHere_IsHotAgain() => Assert.NotNull(Assert.Single(Changes(["c"], ("c", 1000))).Value);

    private static IReadOnlyList<KeyValuePair<string, HotContent?>> Changes(string[] hot, params (string Content, int SecondsAgo)[] table) => HotKeyRules.FindChanges(
        hot,
        table.ToImmutableDictionary(known => known.Content, known => new HotContent { Spread = 3, HotAt = Now.AddSeconds(-known.SecondsAgo).ToUnixTimeMilliseconds() }),
        Now,
        Options);
}
