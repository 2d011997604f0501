using Microsoft.Extensions.Options;
using StreamSocial.Events;
using StreamSocial.Kafka.Tables;

namespace StreamSocial.Ingest.HotKeys;

/// <summary>Knows over how many partitions the interactions with a content are spread.</summary>
internal interface IContentSpread
{
    /// <summary>Number of contents that are spread at present.</summary>
    int HotContents { get; }

    /// <summary>The number of partitions over which a content is spread; 0 if it is not.</summary>
    int Of(string contentId);

    /// <summary>Counts an interaction with a content that was taken.</summary>
    void Count(string contentId);
}

/// <summary>Spreads nothing.</summary>
internal sealed class NoContentSpread : IContentSpread
{
    public int HotContents => 0;

    public int Of(string contentId) => 0;

    public void Count(string contentId)
    {
    }
}

/// <summary>
/// Spreads the contents of topic hot-keys. What this instance itself finds hot is written there first, so that all instances do the same.
/// </summary>
internal sealed class HotContents(TopicTable<string, HotContent> table, IOptions<HotKeyOptions> options, TimeProvider time) : IContentSpread
{
    private readonly HotKeyOptions _options = options.Value;
    private readonly RecentKeys _recent = new(options.Value.SketchCounters, options.Value.HalfLife, time);

    int IContentSpread.HotContents
    {
        get
        {
            var known = table.Current;
            return known.Entries.Values.Count(content => IsHot(content, known));
        }
    }

    public int Of(string contentId) => table.Current is var known && known.Entries.TryGetValue(contentId, out var content) && IsHot(content, known) ? content.Spread : 0;

    public void Count(string contentId) => _recent.Add(contentId);

    /// <summary>What to write to the topic now; nothing before it was read once.</summary>
    public IReadOnlyList<KeyValuePair<string, HotContent?>> FindChanges() => table.Current is { IsCaughtUp: true } known
        ? HotKeyRules.FindChanges(_recent.FindHeavy(_options.Share, _options.MinRecordsPerSecond), known, time.GetUtcNow(), _options)
        : [];

    private bool IsHot(HotContent content, TableSnapshot<string, HotContent> known) => HotKeyRules.IsHot(content, known, time.GetUtcNow(), _options.CoolAfter);
}
