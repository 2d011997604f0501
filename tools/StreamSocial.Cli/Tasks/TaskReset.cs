using System.Globalization;
using Confluent.Kafka;
using StreamSocial.Cli.Operations;
using StreamSocial.Events.Stages;
using StreamSocial.Kafka;
using StreamSocial.Streams.Restoring;

namespace StreamSocial.Cli.Tasks;

/// <summary>Lets a failed task go on at another position of its input.</summary>
internal sealed class TaskReset(KafkaClientSettings settings, FailedTaskDocument task)
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(10);

    /// <summary>What a reset would do.</summary>
    /// <param name="target">An offset, <see cref="Offset.Beginning"/> or <see cref="Offset.End"/>.</param>
    /// <param name="dropState">Whether the task begins with an empty state.</param>
    /// <exception cref="UsageException">The input does not have the offset.</exception>
    public TaskResetPlan Plan(Offset target, bool dropState)
    {
        using var consumer = new ConsumerBuilder<Ignore, Ignore>(settings.CreateConsumerConfig("streamsocial-tasks", "streamsocial-tasks")).Build();
        var ends = consumer.QueryWatermarkOffsets(new TopicPartition(task.Topic, task.Partition), Timeout);
        var offset = target == Offset.Beginning ? ends.Low : target == Offset.End ? ends.High : target;
        return offset.Value >= ends.Low.Value && offset.Value <= ends.High.Value
            ? new TaskResetPlan(task, ends.Low.Value, ends.High.Value, offset.Value, dropState)
            : throw new UsageException($"{task.Name} has the offsets {ends.Low.Value} to {ends.High.Value}; {offset.Value} is not among them.");
    }

    /// <summary>Writes the reset and records who did it; the task's owner finds it when it tries again.</summary>
    /// <exception cref="ToolException">The log of actions did not take a record; the message says whether the reset was written.</exception>
    public async Task WriteAsync(TaskResetPlan plan, CancellationToken cancellationToken)
    {
        var changelog = FeedGeneratorStages.All.FirstOrDefault(stage => stage.Input == task.Topic)?.Changelog
            ?? throw new UsageException($"No stage of the feed generators reads {task.Topic}.");
        using var recorded = new RecordedOperation(settings);
        await recorded.RunAsync(
            "task-reset",
            task.Name,
            plan.Parameters,
            token => recorded.Producer.ProduceAsync(
                new TopicPartition(changelog, task.Partition), PositionResets.CreateRecord(plan.Target, plan.DropState, TimeProvider.System.GetUtcNow()), token),
            _ => plan.Outcome,
            cancellationToken);
    }
}

/// <summary>What a reset would do.</summary>
/// <param name="Task">The task.</param>
/// <param name="First">First offset that its input has.</param>
/// <param name="End">The offset that the input's next record gets.</param>
/// <param name="Target">Where the task goes on.</param>
/// <param name="DropState">Whether it begins with an empty state.</param>
internal sealed record TaskResetPlan(FailedTaskDocument Task, long First, long End, long Target, bool DropState)
{
    /// <summary>How it is recorded in the log of actions.</summary>
    public IReadOnlyDictionary<string, string> Parameters =>
        new Dictionary<string, string> { ["to"] = Target.ToString(CultureInfo.InvariantCulture), ["state"] = DropState ? "dropped" : "kept" };

    /// <summary>What comes of it, one sentence for a person.</summary>
    public string Outcome => $"{Task.Name} goes on at offset {Target.ToString(CultureInfo.InvariantCulture)} at the next try of {Task.MemberId}.";

    /// <summary>Sentences for the one who confirms it.</summary>
    public string Describe()
    {
        var input = $"The input of {Task.Name} has the offsets {Text(First)} to {Text(End)}.";
        var move = Task.CommittedOffset switch
        {
            null => $"The task has no checkpoint; it begins at {Text(Target)}.",
            { } from when Target > from => $"Its last checkpoint is at {Text(from)}. Up to {Text(Target - from)} records, from {Text(from)} to before {Text(Target)}, are skipped: what they ask for is lost.",
            { } from when Target < from => $"Its last checkpoint is at {Text(from)}. The records from {Text(Target)} on are processed again; of those that carry numbers no entry takes effect twice while the state is kept, "
                + "and records of foreign producers take effect again.",
            { } from => $"It goes on at its last checkpoint, {Text(from)}; nothing is skipped or repeated.",
        };
        var state = DropState ? "Its state is given up." : "Its state is kept.";
        return $"{input}\n{move}\n{state}";
    }

    private static string Text(long offset) => offset.ToString("N0", CultureInfo.InvariantCulture);
}
