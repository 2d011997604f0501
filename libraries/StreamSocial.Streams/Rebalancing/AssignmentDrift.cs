using Confluent.Kafka;

namespace StreamSocial.Streams.Rebalancing;

/// <summary>Tells a member that was not told of its assignment from one that is being told. Pure but for what it remembers; not thread-safe.</summary>
/// <param name="patience">How long the same difference must last; much longer than a handover.</param>
internal sealed class AssignmentDrift(TimeSpan patience)
{
    private HashSet<TopicPartition> _difference = [];
    private TimeSpan _since;

    /// <summary>Takes what the coordinator believes the member has and what it has.</summary>
    /// <param name="now">Rises from call to call.</param>
    /// <param name="believed">By the coordinator; null when it does not count this process as a member.</param>
    /// <param name="held">By the member itself.</param>
    /// <returns>Whether the two have differed in the same way for too long; said once, then the patience begins anew.</returns>
    public bool Observe(TimeSpan now, IReadOnlySet<TopicPartition>? believed, IReadOnlySet<TopicPartition> held)
    {
        var difference = new HashSet<TopicPartition>(held);
        difference.SymmetricExceptWith(believed ?? held);
        if (difference.Count == 0 || !difference.SetEquals(_difference))
        {
            (_difference, _since) = (difference, now);
            return false;
        }

        if (now - _since < patience)
            return false;
        _difference = [];
        return true;
    }
}
