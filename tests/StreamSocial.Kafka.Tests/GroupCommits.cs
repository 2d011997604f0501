using Confluent.Kafka;

namespace StreamSocial.Kafka.Tests;

/// <summary>Commits for groups on brokers that have just started.</summary>
internal static class GroupCommits
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    /// <summary>Commits as soon as the group has a coordinator that has read it.</summary>
    public static Task CommitWhenPossibleAsync<TKey, TValue>(this IConsumer<TKey, TValue> consumer, params TopicPartitionOffset[] positions) =>
        Until.TrueAsync("the group has a coordinator", () => IsCommitted(consumer, positions), () => "none yet", Patience);

    /// <summary>False while the group's coordinator is not found or still reads the group.</summary>
    private static bool IsCommitted<TKey, TValue>(IConsumer<TKey, TValue> consumer, TopicPartitionOffset[] positions)
    {
        try
        {
            consumer.Commit(positions);
            return true;
        }
        catch (KafkaException e) when (e.Error.Code is ErrorCode.NotCoordinatorForGroup or ErrorCode.GroupCoordinatorNotAvailable or ErrorCode.GroupLoadInProgress)
        {
            return false;
        }
    }
}
