using System.Globalization;
using System.Text;
using StreamSocial.Topics;

namespace StreamSocial.Unit.Tests.Topics;

public sealed class Murmur2Tests
{
    [Fact]
    public void Hash_VectorsOfTheJavaClient_AreEqual()
    {
        var lines = TestData.Lines("murmur2-vectors.tsv");
        Assert.Equal(95, lines.Length);
        foreach (var columns in lines.Select(line => line.Split('\t')))
        {
            var key = Convert.FromHexString(columns[0]);
            var expected = columns[1..].Select(column => int.Parse(column, CultureInfo.InvariantCulture)).ToArray();
            int[] actual = [Murmur2.Hash(key), KeyPartitioner.PartitionOf(key, 1000), KeyPartitioner.PartitionOf(key, 500), KeyPartitioner.PartitionOf(key, 10)];
            Assert.True(expected.SequenceEqual(actual), $"key {columns[0]}: expected {string.Join(' ', expected)}, was {string.Join(' ', actual)}");
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("user-88")]
    [InlineData("名前")]
    public void PartitionOf_String_IsThatOfItsUtf8(string key) =>
        Assert.Equal(KeyPartitioner.PartitionOf(Encoding.UTF8.GetBytes(key), 997), KeyPartitioner.PartitionOf(key, 997));

    [Fact]
    public void PartitionOf_StringLargerThanTheStackBuffer_IsThatOfItsUtf8()
    {
        var key = new string('名', 5000);
        Assert.Equal(KeyPartitioner.PartitionOf(Encoding.UTF8.GetBytes(key), 1000), KeyPartitioner.PartitionOf(key, 1000));
    }

    [Fact]
    public void PartitionOf_NoPartitions_Throws() => Assert.Throws<ArgumentOutOfRangeException>(() => KeyPartitioner.PartitionOf("a", 0));
}
