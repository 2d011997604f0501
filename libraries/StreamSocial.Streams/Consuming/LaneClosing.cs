using StreamSocial.Streams.Tasks;

namespace StreamSocial.Streams.Consuming;

/// <summary>Tasks that leave a lane together: their last outputs and checkpoints are under way until the deadline.</summary>
/// <param name="Tasks">Those not yet closed.</param>
/// <param name="Deadline">Timestamp of the lane's clock.</param>
/// <param name="Checkpointed">Set to the number of tasks whose last checkpoint is durable.</param>
internal sealed record LaneClosing(List<StreamTask> Tasks, long Deadline, TaskCompletionSource<int> Checkpointed)
{
    public int Done { get; set; }
}
