using Confluent.Kafka;
using Confluent.Kafka.Admin;
using Microsoft.Extensions.Logging;

namespace StreamSocial.Kafka.Administration;

/// <summary>Asks a consumer group's coordinator what belongs to a member.</summary>
public sealed partial class GroupAssignments(KafkaClientSettings settings, string groupId, ILogger<GroupAssignments> logger)
{
    private static readonly TimeSpan RequestTimeout = TimeSpan.FromSeconds(10);

    private readonly ILogger _logger = logger;
    private bool _isFailing;

    /// <summary>What the group means a member to have; null when it does not answer.</summary>
    /// <param name="consumerId">The member's id in the group (<c>IConsumer.MemberId</c>).</param>
    public async Task<MemberTarget?> ReadAsync(string consumerId)
    {
        IAdminClient? admin = null;
        try
        {
            admin = KafkaAdminClient.Create(settings, "group-assignments", _logger);
            var described = await admin.DescribeConsumerGroupsAsync([groupId], new DescribeConsumerGroupsOptions { RequestTimeout = CoordinatorRequests.LibraryTimeout }).WithinAsync(RequestTimeout);
            var member = described.ConsumerGroupDescriptions.SelectMany(group => group.Members).FirstOrDefault(member => member.ConsumerId == consumerId);
            _isFailing = false;
            return member is null ? MemberTarget.NoMember : new MemberTarget(IsMember: true, (member.TargetAssignment ?? member.Assignment).TopicPartitions.ToHashSet());
        }
        catch (KafkaException e)
        {
            if (!_isFailing)
                LogUnknown(groupId, e.Error.Code, e.Error.Reason);
            _isFailing = true;
            return null;
        }
        finally
        {
            // Whoever asks would wait for it, and not ask again.
            admin?.DisposeOrLeave();
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The coordinator of group {Group} does not say whose the partitions are ({Code}: {Reason}); it is asked again, and this is said once until it answers")]
    private partial void LogUnknown(string group, ErrorCode code, string reason);
}

/// <summary>What a group's coordinator says of a member.</summary>
/// <param name="IsMember">Whether the group knows it.</param>
/// <param name="Partitions">What the group means it to have; nothing when it does not know it.</param>
public sealed record MemberTarget(bool IsMember, IReadOnlySet<TopicPartition> Partitions)
{
    /// <summary>The group does not know the member.</summary>
    public static MemberTarget NoMember { get; } = new(IsMember: false, new HashSet<TopicPartition>());
}
