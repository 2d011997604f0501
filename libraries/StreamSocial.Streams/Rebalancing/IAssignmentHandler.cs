using Confluent.Kafka;

namespace StreamSocial.Streams.Rebalancing;

/// <summary>The three things a group can do to a member. Called on the membership thread, inside <c>Consume</c>.</summary>
internal interface IAssignmentHandler
{
    /// <summary>The partitions are this member's from now on. Returns at once; they are restored in the background.</summary>
    void OnAssigned(IReadOnlyList<TopicPartition> partitions);

    /// <summary>The group wants the partitions back and waits: finish, checkpoint within the budget, let go.</summary>
    void OnRevoked(IReadOnlyList<TopicPartition> partitions);

    /// <summary>The partitions belong to others already: discard, commit nothing.</summary>
    void OnLost(IReadOnlyList<TopicPartition> partitions);
}
