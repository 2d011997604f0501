using CsCheck;
using StreamSocial.Events.Keys;
using StreamSocial.Topics;

namespace StreamSocial.Unit.Tests.Events.Keys;

public sealed class ContentPartitionsTests
{
    private const int Interactions = 4000;

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(-1)]
    public void PartitionOf_NotSpread_IsThatOfTheKey(int spread) =>
        Gen.Select(Gen.String[1, 20], Gen.Int[1, 1000]).Sample((content, partitions) =>
            Assert.Equal(KeyPartitioner.PartitionOf(content, partitions), ContentPartitions.PartitionOf(content, "i", spread, partitions)));

    [Fact]
    public void PartitionOf_Spread_UsesThatManyPartitionsAboutEvenlyAndTheContentsOwnIsOne() =>
        Gen.Select(Gen.Int[1, 40], Gen.Int[2, 60]).Sample((partitions, spread) =>
        {
            var counts = PartitionsOf("c", spread, partitions).CountBy(partition => partition).ToDictionary();
            var used = Math.Min(spread, partitions);
            Assert.Equal(used, counts.Count);
            Assert.Contains(KeyPartitioner.PartitionOf("c", partitions), counts.Keys);
            Assert.All(counts.Values, count => Assert.InRange(count, Interactions / used / 2, Interactions / used * 2));
        }, iter: 200);

    [Fact]
    public void PartitionOf_LargerSpread_KeepsThePartitionsOfTheSmaller() =>
        Gen.Select(Gen.Int[1, 40], Gen.Int[1, 30], Gen.Int[1, 30]).Sample((partitions, spread, more) => Assert.Subset(
            PartitionsOf("c", spread + more, partitions).ToHashSet(), PartitionsOf("c", spread, partitions).ToHashSet()), iter: 200);

    [Theory]
    [InlineData(500, 8, 3)]
    [InlineData(30, 6, 3)]
    public void PartitionOf_MembersOwnBlocksOfNeighbours_EachMemberHasParts(int partitions, int spread, int members)
    {
        foreach (var content in Enumerable.Range(0, 50))
            Assert.Equal(members, PartitionsOf($"c{content}", spread, partitions).Select(partition => partition * members / partitions).Distinct().Count());
    }

    /// <summary>A replay, perhaps by a later version, must find the same partition.</summary>
    [Theory]
    [InlineData("content-1", "action-1", 8, 500, 285)]
    [InlineData("content-1", "action-2", 8, 500, 49)]
    [InlineData("content-1", "action-1", 3, 30, 1)]
    public void PartitionOf_KnownInteraction_IsAsEver(string content, string interaction, int spread, int partitions, int expected) =>
        Assert.Equal(expected, ContentPartitions.PartitionOf(content, interaction, spread, partitions));

    private static IEnumerable<int> PartitionsOf(string content, int spread, int partitions) =>
        Enumerable.Range(0, Interactions).Select(i => ContentPartitions.PartitionOf(content, $"i{i}", spread, partitions));
}
