using StreamSocial.Kafka.Limits;

namespace StreamSocial.Unit.Tests.Kafka.Limits;

public sealed class RecordLimitTests
{
    [Fact]
    public void Derive_NothingConfiguredOrSaid_IsTheClientsDefault() => Assert.Equal(1_000_000, RecordLimit.Derive(null, []).RecordBytes);

    [Fact]
    public void Derive_ATopicTakesLess_IsThatTopicsBatchOfOneRecord() =>
        Assert.Equal(500_000 - 128, RecordLimit.Derive(null, [new("large", 2_000_000), new("small", 500_000)]).RecordBytes);

    [Fact]
    public void Derive_TopicsTakeMore_IsTheClientsSetting()
    {
        Assert.Equal(1_000_000, RecordLimit.Derive(null, [new("a", 2_000_000)]).RecordBytes);
        Assert.Equal(1_900_000, RecordLimit.Derive(1_900_000, [new("a", 2_000_000)]).RecordBytes);
    }

    [Fact]
    public void Derive_ClientTakesMoreThanATopic_IsOneSentence()
    {
        var error = Assert.Throws<RecordLimitException>(() => RecordLimit.Derive(2_000_000, [new("feeds", 1_048_588)]));
        Assert.Equal(
            "Kafka:Client:message.max.bytes is 2000000, but topic feeds takes at most 1048588 bytes (max.message.bytes): lower the one or raise the other.", error.Message);
    }

    [Theory]
    [InlineData(100_000, 1_000_000, "Kafka:Client:message.max.bytes")]
    [InlineData(null, 100_000, "topic feeds")]
    public void Derive_TooSmallToRun_NamesTheSource(int? client, int topic, string source) =>
        Assert.Contains(source, Assert.Throws<RecordLimitException>(() => RecordLimit.Derive(client, [new("feeds", topic)])).Message, StringComparison.Ordinal);

    [Fact]
    public void Bounds_SmallestLimit_LeaveRoomForWhatIsCutByBytes()
    {
        var smallest = new RecordLimit(RecordLimit.SmallestBytes);
        Assert.True(2 * RecordLimit.PartBytes <= smallest.MaxAcceptedBytes);
        Assert.True(smallest.MaxAcceptedBytes + RecordLimit.DerivedBytes + RecordLimit.OverheadBytes <= smallest.RecordBytes);
    }
}
