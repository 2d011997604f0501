using StreamSocial.Events.Keys;
using StreamSocial.Topics;

namespace StreamSocial.Unit.Tests.Events.Keys;

public sealed class KeyStrategyTests
{
    private const int Partitions = 100;
    private const string Viral = "viral";

    [Fact]
    public void KeyOf_UserAndContentHash_AreTheirIds()
    {
        var source = new KeySource("ann", "post-1", 7);
        Assert.Equal("ann", new UserHashKeyStrategy().KeyOf(source));
        Assert.Equal("post-1", new ContentHashKeyStrategy().KeyOf(source));
    }

    [Fact]
    public void KeyOf_HybridColdContent_IsTheContent() =>
        Assert.Equal("post-1", new HybridKeyStrategy([Viral], 8).KeyOf(new KeySource("ann", "post-1", 7)));

    [Fact]
    public void KeyOf_HybridHotContent_SameUserSameKeyAmongItsKeys()
    {
        var strategy = new HybridKeyStrategy([Viral], 8);
        var keys = Enumerable.Range(0, 200).Select(user => strategy.KeyOf(new KeySource($"user-{user}", Viral, user))).ToArray();
        Assert.Equal(strategy.KeysOf(Viral).Order(StringComparer.Ordinal), keys.Distinct().Order(StringComparer.Ordinal));
        Assert.Equal(keys[5], strategy.KeyOf(new KeySource("user-5", Viral, 9999)));
        Assert.Equal(["post-1"], strategy.KeysOf("post-1"));
    }

    [Fact]
    public void PartitionOf_Salted_HotContentTakesNeighboursInTurnAndAColdOneStays()
    {
        IKeyStrategy strategy = new SaltedKeyStrategy([Viral], 8);
        var first = KeyPartitioner.PartitionOf(Viral, 10);
        Assert.Equal(
            Enumerable.Range(0, 16).Select(i => (first + (i % 8)) % 10), Enumerable.Range(0, 16).Select(i => strategy.PartitionOf(new KeySource("ann", Viral, i), 10)));
        Assert.Equal(["viral#0", "viral#7", "viral#0"], new[] { 0, 7, 8 }.Select(i => strategy.KeyOf(new KeySource("ann", Viral, i))));
        Assert.Equal(("post-1", KeyPartitioner.PartitionOf("post-1", 10)), (strategy.KeyOf(new KeySource("ann", "post-1", 3)), strategy.PartitionOf(new KeySource("ann", "post-1", 3), 10)));
    }

    [Fact]
    public void PartitionOf_ViralContent_HybridIsFarMoreEvenThanContentHash()
    {
        var events = Events().ToArray();
        var content = Spread(new ContentHashKeyStrategy(), events);
        var hybrid = Spread(new HybridKeyStrategy([Viral], 64), events);
        Assert.True(content.MaxToMean > 50, $"content-hash max/mean {content.MaxToMean:0.0}");
        Assert.True(hybrid.MaxToMean < 6, $"hybrid max/mean {hybrid.MaxToMean:0.0}");
    }

    [Fact]
    public void PartitionOf_Sequential_TakesOnePartitionAtATimeAndSeparatesAUser()
    {
        IKeyStrategy strategy = new SequentialKeyStrategy(1000);
        var moment = Enumerable.Range(5000, 1000).Select(i => strategy.PartitionOf(new KeySource("ann", Viral, i), Partitions)).Distinct();
        var life = Enumerable.Range(0, 100).Select(i => strategy.PartitionOf(new KeySource("ann", Viral, i * 1000), Partitions)).Distinct();
        Assert.Single(moment);
        Assert.True(life.Count() > 40);
    }

    [Fact]
    public void Constructor_OutOfRange_Throws()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new HybridKeyStrategy([], 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => new SaltedKeyStrategy([], 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => new SequentialKeyStrategy(0));
    }

    // Two thirds of the events are about one content, the rest about a thousand others.
    private static IEnumerable<KeySource> Events() =>
        Enumerable.Range(0, 30_000).Select(i => new KeySource($"user-{i % 5000}", i % 3 == 0 ? $"post-{i % 997}" : Viral, i));

    private static PartitionDistribution Spread(IKeyStrategy strategy, KeySource[] events)
    {
        var counts = new long[Partitions];
        foreach (var source in events)
            counts[strategy.PartitionOf(source, Partitions)]++;
        return PartitionDistribution.Of(counts);
    }
}
