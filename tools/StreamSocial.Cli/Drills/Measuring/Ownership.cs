using System.Collections.Immutable;
using StreamSocial.Streams.Membership;

namespace StreamSocial.Cli.Drills.Measuring;

/// <summary>Who had which partition at one moment, as the members said. Pure.</summary>
/// <param name="Owners">The owner of each partition that somebody claimed.</param>
/// <param name="Restoring">Those whose owner had not restored them yet.</param>
internal sealed record Ownership(
    ImmutableDictionary<(string Topic, int Partition), string> Owners, ImmutableHashSet<(string Topic, int Partition)> Restoring)
{
    /// <summary>Gives a partition to who spoke last of those that claim it.</summary>
    public static Ownership Of(IEnumerable<Member> members)
    {
        var owners = ImmutableDictionary.CreateBuilder<(string, int), string>();
        var restoring = ImmutableHashSet.CreateBuilder<(string, int)>();
        foreach (var member in members.OrderBy(member => member.ReportedAt))
        {
            foreach (var topic in member.Topics)
            {
                for (var i = 0; i < topic.Partitions.Count; i++)
                {
                    var partition = (topic.Topic, topic.Partitions[i]);
                    owners[partition] = member.MemberId;
                    if (i >= topic.NextOffsets.Count || topic.NextOffsets[i] < 0)
                        restoring.Add(partition);
                    else
                        restoring.Remove(partition);
                }
            }
        }

        return new Ownership(owners.ToImmutable(), restoring.ToImmutable());
    }

    /// <summary>Whether so many members have all of these partitions, restored. What somebody claims besides them does not matter.</summary>
    public bool IsSettled(int members, IReadOnlyCollection<(string Topic, int Partition)> partitions) =>
        partitions.All(partition => Owners.ContainsKey(partition) && !Restoring.Contains(partition)) && partitions.Select(partition => Owners[partition]).Distinct().Count() == members;

    public int CountOf(string member) => Owners.Count(owner => owner.Value == member);

    /// <summary>The partitions that another member has in a later ownership.</summary>
    public IReadOnlySet<(string Topic, int Partition)> MovedTo(Ownership later) =>
        Owners.Where(owner => later.Owners.GetValueOrDefault(owner.Key) != owner.Value).Select(owner => owner.Key).ToHashSet();
}
