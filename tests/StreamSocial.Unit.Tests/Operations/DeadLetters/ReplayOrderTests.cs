using StreamSocial.Kafka.DeadLetters;
using StreamSocial.Operations;
using StreamSocial.Operations.DeadLetters;

namespace StreamSocial.Unit.Tests.Operations.DeadLetters;

public sealed class ReplayOrderTests
{
    private static readonly Operation[] Log = [Replay("a", "1"), Replay("b", "1,2"), Replay("a", "1"), Replay("c", "3")];

    [Theory]
    [InlineData("a", new long[0])]
    [InlineData("b", new long[] { 1 })]
    [InlineData("c", new long[] { 1, 2 })]
    public void TakenBefore_EachAction_NamesWhatEarlierOnesBegan(string operation, long[] offsets) =>
        Assert.Equal(offsets.Select(offset => new DeadLetterPlace("t.dlq", 0, offset)), ReplayOrder.TakenBefore(Log, operation).OrderBy(place => place.Offset));

    [Fact]
    public void TakenBefore_LogThatDoesNotReachTheAction_IsNoAnswer() => Assert.Throws<DeadLetterException>(() => ReplayOrder.TakenBefore(Log, "d"));

    private static Operation Replay(string id, string offsets) => new() { OperationId = id, Kind = ReplayRecord.Kind, Parameters = { ["t.dlq:0"] = offsets } };
}
