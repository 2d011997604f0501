using System.Collections.Immutable;
using System.Globalization;
using StreamSocial.Topics;

namespace StreamSocial.Events.Keys;

/// <summary>
/// Keys by content, but spreads a hot content over several keys by user. The order of one user's events on one content is kept; a reader of a
/// hot content has to add up its parts.
/// </summary>
/// <param name="hotContents">Contents to spread.</param>
/// <param name="salts">Keys per hot content, 2 or more.</param>
public sealed class HybridKeyStrategy(ImmutableHashSet<string> hotContents, int salts) : IKeyStrategy
{
    private const char Separator = '#';

    private readonly int _salts = salts >= 2 ? salts : throw new ArgumentOutOfRangeException(nameof(salts), salts, "A hot content needs at least 2 keys.");

    public string Name => "hybrid";

    public string KeyOf(in KeySource source) =>
        hotContents.Contains(source.ContentId) ? SaltedKey(source.ContentId, KeyPartitioner.PartitionOf(source.UserId, _salts)) : source.ContentId;

    /// <summary>All keys of a hot content, for its readers.</summary>
    public IEnumerable<string> KeysOf(string contentId) =>
        hotContents.Contains(contentId) ? Enumerable.Range(0, _salts).Select(salt => SaltedKey(contentId, salt)) : [contentId];

    private static string SaltedKey(string contentId, int salt) => $"{contentId}{Separator}{salt}";
}

/// <summary>
/// Keys by content, but spreads a hot content over several keys in turn. Their partitions are consecutive, so that no two keys share one. This is
/// as even as possible, but keeps no order within a hot content, not even that of one user's events.
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
