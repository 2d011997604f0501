using StreamSocial.Streams.Tasks;
using StreamSocial.Topics;

namespace StreamSocial.Streams.Simulation.Workload;

/// <summary>Two stages, one behind the other, and what they write.</summary>
internal sealed class SimulatedTopics(int sources, int middles)
{
    public const string Input = "input";
    public const string Middle = "middle";
    public const string Results = "results";

    public int Sources => sources;

    public int Middles => middles;

    public ITopicLayout Layout { get; } = new CatalogLayout(new TopicCatalog(
    [
        Topic(Input, sources), Topic(Middle, middles), Topic(Results, 2), Topic(DeadLetterTopic.NameOf(Input), 2),
    ]));

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

    private static TopicSpec Topic(string name, int partitions) => new(name, partitions, CleanupPolicy.Delete, Retention: null, Purpose: "simulated");
}
