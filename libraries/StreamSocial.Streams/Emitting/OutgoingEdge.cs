namespace StreamSocial.Streams.Emitting;

/// <summary>One edge as its sender sees it.</summary>
internal sealed class OutgoingEdge(string topic, int partition)
{
    public string Topic { get; } = topic;

    public int Partition { get; } = partition;

    /// <summary>Key of the edge in the task's state.</summary>
    public string Name { get; } = $"{topic}/{partition}";

    /// <summary>Number that the next entry gets.</summary>
    public long NextSequence { get; set; } = 1;

    /// <summary>The record being filled for the destination, in the accumulator of the task's lane; null before the first entry.</summary>
    public RunRecord? Record { get; set; }

    /// <summary>Whether the number is not yet in the task's state.</summary>
    public bool IsChanged { get; set; }
}
