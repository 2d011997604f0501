using StreamSocial.Cli.Commands;
using StreamSocial.Kafka.DeadLetters;

namespace StreamSocial.Unit.Tests.Cli.Commands;

public sealed class DlqReplayCommandTests
{
    [Theory]
    [InlineData(null, "1 would be sent; nothing was; 1 do not say where they came from; of 1 a part is missing.")]
    [InlineData(1, "1 of 3 were sent; 1 do not say where they came from; of 1 a part is missing.")]
    public void Describe_LettersThatCannotBeSent_AreToldAndNotCounted(int? sent, string expected) =>
        Assert.Equal(expected, DlqReplayCommand.Describe([Letter("user-actions", null), Letter(null, null), Letter("user-actions", 5)], sent));

    [Theory]
    [InlineData(null, "1 would be sent; nothing was.")]
    [InlineData(0, "0 of 1 were sent.")]
    public void Describe_OthersOnly_NothingElseIsTold(int? sent, string expected) =>
        Assert.Equal(expected, DlqReplayCommand.Describe([Letter("user-actions", null)], sent));

    private static DeadLetter Letter(string? origin, long? omitted) => new()
    {
        Topic = "user-actions.dlq", Partition = 0, Offset = 0, At = DateTimeOffset.UnixEpoch, OriginTopic = origin, OriginPartition = origin is null ? null : 0,
        OriginOffset = 0, OriginEntry = 0, OriginTimestamp = null, Tries = 1, ErrorType = null, ErrorMessage = null, Bytes = 0, OmittedBytes = omitted,
    };
}
