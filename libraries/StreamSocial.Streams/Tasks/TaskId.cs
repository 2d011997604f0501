using Confluent.Kafka;

namespace StreamSocial.Streams.Tasks;

/// <summary>Names a task: a partition of an input topic. Its text is the source of the task's outgoing edges.</summary>
internal readonly record struct TaskId(string Topic, int Partition)
{
    public TopicPartition TopicPartition => new(Topic, Partition);

    public static TaskId Of(TopicPartition partition) => new(partition.Topic, partition.Partition.Value);

    public override string ToString() => $"{Topic}/{Partition}";
}
