namespace StreamSocial.Kafka.Administration;

/// <summary>Existing topics contradict the catalogue. Nothing was changed.</summary>
public sealed class TopicMismatchException(IReadOnlyList<string> mismatches) : Exception(
    string.Join(Environment.NewLine, mismatches) + Environment.NewLine
    + "Where a key lives depends on the partition count, so neither side is changed: delete these topics, use another cluster, or set Topology:Profile to the one they were made with.")
{
    /// <summary>One sentence per difference, with both values.</summary>
    public IReadOnlyList<string> Mismatches { get; } = mismatches;
}
