using StreamSocial.Topics;

namespace StreamSocial.Streams.Tests.Cluster;

/// <summary>Topics of an application that has nothing to do with StreamSocial.</summary>
internal static class TestTopics
{
    public const string Lines = "lines";
    public const string LinesState = "lines-state";
    public const string Numbers = "numbers";
    public const string NumbersState = "numbers-state";
    public const string Members = "test-members";
    public const string Rebalances = "test-rebalances";

    /// <summary>Partitions of each input.</summary>
    public const int Partitions = 60;

    public static TopicCatalog Catalog { get; } = new(
    [
        Topic(Lines, Partitions), Topic(LinesState, Partitions), Topic(Numbers, Partitions), Topic(NumbersState, Partitions), Topic(Members, 1), Topic(Rebalances, 1),
        Topic(DeadLetterTopic.NameOf(Lines), 10), Topic(DeadLetterTopic.NameOf(Numbers), 10),
    ]);

    public static StreamsApplication Application { get; } = new("test-application", Catalog, Members, Rebalances);

    private static TopicSpec Topic(string name, int partitions) => new(name, partitions, CleanupPolicy.Delete, TimeSpan.FromDays(1), "of the tests");
}
