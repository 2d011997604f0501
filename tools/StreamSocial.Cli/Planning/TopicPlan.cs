using StreamSocial.Topics;

namespace StreamSocial.Cli.Planning;

/// <summary>A topic's planned partitions and the consumers to start with.</summary>
internal sealed record TopicPlan(PartitionPlan Plan, ConsumerPlan Consumers)
{
    /// <summary>Largest number of partitions that is planned: a larger one is more likely a mistake.</summary>
    public const int MostPartitions = 1_000_000;

    /// <summary>Plans one topic.</summary>
    /// <exception cref="UsageException">It would take more partitions than a cluster has.</exception>
    public static TopicPlan Of(TopicWorkload workload, PartitionPlannerOptions options)
    {
        var needed = options.TargetRequestsPerSecond * workload.EntriesPerRequest / workload.EntriesPerConsumerPerSecond * options.Headroom;
        if (needed > MostPartitions)
            throw new UsageException(FormattableString.Invariant($"{workload.Topic} would need more than {MostPartitions:N0} partitions, which no cluster has. Check the rate and what one consumer processes, or split the topic."));
        var plan = PartitionPlanner.Plan(workload, options);
        return new TopicPlan(plan, ConsumerPlanner.Plan(plan, workload));
    }
}
