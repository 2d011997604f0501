using StreamSocial.Kafka.Lag;

namespace StreamSocial.Streams.Membership;

/// <summary>Reads a consumer group: log ends from the brokers, owners and positions from topic <c>members</c>. Thread-safe.</summary>
public sealed class GroupReader(LogEndReader logEnds, IMembersView members, TimeProvider time)
{
    /// <summary>Reads the group once. What cannot be read is null in the reading, not an exception.</summary>
    /// <param name="topics">Name and number of partitions of each input topic.</param>
    /// <param name="timeout">Bound for each request to the brokers.</param>
    /// <param name="memberTimeout">Age of a member's last report after which it owns nothing.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public async Task<GroupReading> ReadAsync(
        IReadOnlyList<(string Name, int Partitions)> topics, TimeSpan timeout, TimeSpan memberTimeout, CancellationToken cancellationToken)
    {
        var ends = await logEnds.ReadAsync(topics, timeout, cancellationToken);
        // Positions are taken right after the log ends: the fresher they are, the smaller the error of the lag.
        var (group, at) = (members.Current, time.GetUtcNow());
        return GroupReading.Create(at, ends, group.IsCaughtUp ? [.. group.Members.Values] : null, memberTimeout);
    }
}
