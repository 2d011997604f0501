using System.Collections.Immutable;
using System.Globalization;
using StreamSocial.Topics;

namespace StreamSocial.Events.Keys;

/// <summary>
/// By content, but the events on a hot content go in turn to several keys, whose partitions are neighbours, so that no two of them share
/// one. As even as it gets; no order is kept within a hot content, not even that of one user.
/// </summary>
/// <param name="hotContents">Contents to spread.</param>
/// <param name="salts">Keys per hot content, 2 or more.</param>
public sealed class SaltedKeyStrategy(ImmutableHashSet<string> hotContents, int salts) : IKeyStrategy
{
    private readonly int _salts = salts >= 2 ? salts : throw new ArgumentOutOfRangeException(nameof(salts), salts, "A hot content needs at least 2 keys.");

    public string Name => "salted";

    public string KeyOf(in KeySource source) => hotContents.Contains(source.ContentId)
        ? string.Create(CultureInfo.InvariantCulture, $"{source.ContentId}#{source.Sequence % _salts}")
        : source.ContentId;

    public int PartitionOf(in KeySource source, int partitions)
    {
        var first = KeyPartitioner.PartitionOf(source.ContentId, partitions);
        return hotContents.Contains(source.ContentId) ? (int)((first + (source.Sequence % _salts)) % partitions) : first;
    }
}
