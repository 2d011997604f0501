using System.Collections.Immutable;
using StreamSocial.Topics;

namespace StreamSocial.Events.Keys;

/// <summary>
/// By content, but a hot content is spread over several keys by its users. The order kept is that of one user's events on one
/// content; a reader of a hot content adds up its parts.
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
