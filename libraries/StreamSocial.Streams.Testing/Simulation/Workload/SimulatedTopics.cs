using StreamSocial.Events;
using StreamSocial.Streams.Tasks;

namespace StreamSocial.Streams.Testing.Simulation.Workload;

/// <summary>Two stages, one behind the other, and what they write.</summary>
internal sealed class SimulatedTopics(int sources, int middles)
{
    public const string Input = "input";
    public const string Middle = "middle";
    public const string Results = "results";

    public int Sources => sources;

    public int Middles => middles;

    public ITopicLayout Layout { get; } = new FixedLayout(new Dictionary<string, int>
    {
        [Input] = sources, [Middle] = middles, [Results] = 2, [TopicNames.DeadLetters(Input)] = 2,
    });

    public IReadOnlyList<StageDefinition> Stages { get; } =
    [
        new("spread", Input, "spread-state", context => new SpreadProcessor(context)),
        new("gather", Middle, "gather-state", context => new GatherProcessor(context)),
    ];

    public IReadOnlyList<TaskId> Tasks { get; } =
    [
        .. Enumerable.Range(0, sources).Select(partition => new TaskId(Input, partition)),
        .. Enumerable.Range(0, middles).Select(partition => new TaskId(Middle, partition)),
    ];

    public StageDefinition StageOf(TaskId task) => Stages[task.Topic == Input ? 0 : 1];
}
