using System.Collections.Immutable;
using Google.Protobuf;
using StreamSocial.Events;
using StreamSocial.Ingest.HotKeys;
using StreamSocial.Kafka.Tables;

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

    /// <summary>Instances whose clocks differ would undo each second what the others write.</summary>
    [Theory]
    [InlineData(-3600)]
    [InlineData(3600)]
    public void FindChanges_OwnClockIsWrong_WritesWhatOthersDo(int secondsAhead)
    {
        var table = new TableSnapshot<string, HotContent>(1, Table(("fresh", 49), ("cold", 101)), IsCaughtUp: true) { Clock = new LogClock(Now.AddSeconds(-10), Now.AddSeconds(secondsAhead - 10)) };

        Assert.Equal(["cold"], HotKeyRules.FindChanges(["fresh"], table, Now.AddSeconds(secondsAhead), Options).Select(change => change.Key));
    }

    /// <summary>A writer's clock that is behind makes nothing cold, and one that is ahead keeps nothing hot.</summary>
    [Theory]
    [InlineData(-3600)]
    [InlineData(3600)]
    public void Read_WritersClockIsWrong_IsHotFromWhenTheLogTookIt(int secondsAhead) => Assert.Equal(
        Now.ToUnixTimeMilliseconds(),
        HotKeyRules.Read("c", new HotContent { Spread = 3, HotAt = Now.AddSeconds(secondsAhead).ToUnixTimeMilliseconds() }.ToByteArray(), Now).HotAt);

    private static IReadOnlyList<KeyValuePair<string, HotContent?>> Changes(string[] hot, params (string Content, int SecondsAgo)[] table) =>
        HotKeyRules.FindChanges(hot, new TableSnapshot<string, HotContent>(1, Table(table), IsCaughtUp: true), Now, Options);

    private static ImmutableDictionary<string, HotContent> Table(params (string Content, int SecondsAgo)[] table) =>
        table.ToImmutableDictionary(known => known.Content, known => new HotContent { Spread = 3, HotAt = Now.AddSeconds(-known.SecondsAgo).ToUnixTimeMilliseconds() });
}
