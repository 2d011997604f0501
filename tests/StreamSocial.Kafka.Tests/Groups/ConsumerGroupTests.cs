using System.Collections.Immutable;
using Confluent.Kafka;
using Confluent.Kafka.Admin;
using StreamSocial.Kafka.Groups;
using StreamSocial.Kafka.Topics;

namespace StreamSocial.Kafka.Tests.Groups;

public sealed class ConsumerGroupTests
{
    private static readonly Dictionary<string, ImmutableArray<LogRange>> Logs = new() { ["t"] = [new(0, 10), new(0, 20), new(7, 7), new(null, 7)] };

    [Theory]
    [InlineData(ErrorCode.NoError, 12L)]
    [InlineData(ErrorCode.UnstableOffsetCommit, null)]
    public void From_PositionOfOnePartition_ItsErrorMakesTheLagUnknown(ErrorCode code, long? lag)
    {
        var description = new ConsumerGroupDescription { GroupId = "g", Members = [] };

        var group = ConsumerGroup.From(description, [Position(0, 3, ErrorCode.NoError), Position(1, 15, code)], Logs);

        Assert.Equal((lag, 2), (group!.Lag, group.Topics[0].Partitions));
    }

    /// <summary>Most partitions of a young cluster have had no record, and a group commits nothing there.</summary>
    [Theory]
    [InlineData(2, 7L)]
    [InlineData(1, null)]
    [InlineData(3, null)]
    public void From_PartitionWithoutAPosition_HasNoLagIfItsLogIsEmpty(int partition, long? lag)
    {
        var member = new MemberDescription { Assignment = new MemberAssignment { TopicPartitions = [new("t", 0), new("t", partition)] } };
        var description = new ConsumerGroupDescription { GroupId = "g", Members = [member] };

        var group = ConsumerGroup.From(description, [Position(0, 3, ErrorCode.NoError), Position(partition, Offset.Unset, ErrorCode.NoError)], Logs);

        Assert.Equal((lag, lag), (group!.Lag, group.Members[0].Lag));
    }

    private static TopicPartitionOffsetError Position(int partition, long offset, ErrorCode code) => new("t", partition, offset, new Error(code));
}
