using System.Collections.Immutable;
using Confluent.Kafka;
using Confluent.Kafka.Admin;
using StreamSocial.Kafka.Groups;

namespace StreamSocial.Kafka.Tests.Groups;

public sealed class ConsumerGroupTests
{
    private static readonly Dictionary<string, ImmutableArray<long?>> Ends = new() { ["t"] = [10, 20] };

    [Theory]
    [InlineData(ErrorCode.NoError, 12L)]
    [InlineData(ErrorCode.UnstableOffsetCommit, null)]
    public void From_PositionOfOnePartition_ItsErrorMakesTheLagUnknown(ErrorCode code, long? lag)
    {
        var description = new ConsumerGroupDescription { GroupId = "g", Members = [] };

        var group = ConsumerGroup.From(description, [Position(0, 3, ErrorCode.NoError), Position(1, 15, code)], Ends);

        Assert.Equal((lag, 2), (group!.Lag, group.Topics[0].Partitions));
    }

    private static TopicPartitionOffsetError Position(int partition, long offset, ErrorCode code) => new("t", partition, offset, new Error(code));
}
