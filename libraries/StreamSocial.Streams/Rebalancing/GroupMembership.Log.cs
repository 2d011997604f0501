using Confluent.Kafka;
using Microsoft.Extensions.Logging;

namespace StreamSocial.Streams.Rebalancing;

internal sealed partial class GroupMembership
{
    [LoggerMessage(Level = LogLevel.Information, Message = "Assigned {Count} partitions")]
    private partial void LogAssigned(int count);

    [LoggerMessage(Level = LogLevel.Information, Message = "Asked to give back {Count} partitions")]
    private partial void LogRevoked(int count);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Lost {Count} partitions: the group went on without this member")]
    private partial void LogLost(int count);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The group means this member to have other partitions than it has been told of; it joins again")]
    private partial void LogRejoin();

    [LoggerMessage(Level = LogLevel.Warning, Message = "Group {Group} has not known this member for {Seconds:F0} s, though the brokers answer; the process ends if that goes on")]
    private partial void LogUnknown(string group, double seconds);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The client does not leave the group in time and is left as it is; the group puts its member out when its session ends")]
    private partial void LogLeftBehind();

    [LoggerMessage(Level = LogLevel.Warning, Message = "The group's client reports {Code}: {Reason}. The member goes on; this is said at most once a minute")]
    private partial void LogNotPolled(ErrorCode code, string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The member cannot give its partitions back before it leaves, so others read the state only afterwards: its user lacks the right to describe a topic {Topic} ({Reason})")]
    private partial void LogNotReleased(string topic, string reason);
}
