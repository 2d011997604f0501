using System.Buffers;
using StreamSocial.FeedGenerator.Codecs;
using StreamSocial.Streams.State;

namespace StreamSocial.FeedGenerator.Engagement;

/// <summary>Keeps the contents of one partition with the highest scores.</summary>
/// <remarks>
/// A score only rises, and only when its own content is interacted with, so checking each content as it changes keeps the ranking exact. The
/// exception is an interaction that is taken back: a content that ranked lower than the one that lost it comes in with its own next interaction.
/// Only the members are stored, and only when they change; the scores are stored with the counters.
/// </remarks>
internal sealed class TrendRanking(IStateStore<string, TrendingContents> store, IStateStore<string, ContentCounters> counters, int size)
{
    private const string OnlyKey = "top";

    /// <summary>What is stored, read once: every interaction asks for it. Null before the first one, when the state may not have been restored yet.</summary>
    private TrendingContents? _top;

    /// <summary>The ranked contents, in no particular order.</summary>
    public IReadOnlyList<string> ContentIds => Top.ContentIds;

    /// <summary>Whether there is no place left.</summary>
    public bool IsFull => Top.ContentIds.Count >= size;

    private TrendingContents Top => _top ??= Load();

    /// <summary>Updates the ranking for a content whose score fell, whether it is ranked or not.</summary>
    public void Lower(string contentId, double score) => Top.SetScore(contentId, score);

    /// <summary>
    /// Takes a content out; one that ranked lower comes in with its own next interaction, or when the task starts again. To be called before its counters are
    /// removed: whoever asks first reads the scores of all.
    /// </summary>
    public void Remove(string contentId)
    {
        if (!Top.Contains(contentId))
            return;
        Top.Remove(contentId);
        store.Put(OnlyKey, Top);
    }

    /// <summary>Takes all contents out.</summary>
    public void Clear() => store.Put(OnlyKey, _top = new([]));

    /// <summary>Updates the ranking for a content whose score rose or is new.</summary>
    public void Touch(string contentId, double score)
    {
        var top = Top;
        if (top.SetScore(contentId, score))
            return;
        if (!IsFull)
        {
            top.Add(contentId, score);
        }
        else
        {
            var (lowest, lowestScore) = top.Lowest;
            if (Compare(contentId, score, lowest, lowestScore) >= 0)
                return;
            top.Remove(lowest);
            top.Add(contentId, score);
        }

        store.Put(OnlyKey, top);
    }

    /// <summary>Orders by score, highest first, then by id.</summary>
    public static int Compare(string leftId, double leftScore, string rightId, double rightScore)
    {
        var order = rightScore.CompareTo(leftScore);
        return order != 0 ? order : string.CompareOrdinal(leftId, rightId);
    }

    private TrendingContents Load()
    {
        if (!store.TryGet(OnlyKey, out var top))
            return new([]);
        foreach (var contentId in top.ContentIds)
            top.SetScore(contentId, ScoreOf(contentId));
        return top;
    }

    private double ScoreOf(string contentId) => counters.TryGet(contentId, out var found)
        ? found.Score
        : throw new InvalidDataException($"Content '{contentId}' trends but has no counters in the state.");
}

/// <summary>The contents of a partition with the highest scores, in no particular order.</summary>
internal sealed class TrendingContents
{
    private readonly List<string> _contentIds;

    /// <summary>Of each its score as the counters have it, with which those of further contents are compared. Not stored.</summary>
    private readonly List<double> _scores;

    private readonly Dictionary<string, int> _places;
    private (string ContentId, double Score)? _lowest;

    /// <param name="contentIds">The contents, whose scores are not known yet.</param>
    public TrendingContents(IEnumerable<string> contentIds)
    {
        _contentIds = [.. contentIds];
        _scores = [.. _contentIds.Select(static _ => TrendScore.None)];
        _places = new(StringComparer.Ordinal);
        for (var place = 0; place < _contentIds.Count; place++)
            _places[_contentIds[place]] = place;
    }

    public IReadOnlyList<string> ContentIds => _contentIds;

    /// <summary>The content that is the first to lose its place. There must be one.</summary>
    public (string ContentId, double Score) Lowest => _lowest ??= FindLowest();

    public bool Contains(string contentId) => _places.ContainsKey(contentId);

    /// <summary>Changes the score of a content; false if it is not among these.</summary>
    public bool SetScore(string contentId, double score)
    {
        if (!_places.TryGetValue(contentId, out var place))
            return false;
        _scores[place] = score;
        if (_lowest is { } lowest && (lowest.ContentId == contentId || score <= lowest.Score))
            _lowest = null;
        return true;
    }

    /// <summary>Adds a content that is not among these.</summary>
    public void Add(string contentId, double score)
    {
        _places.Add(contentId, _contentIds.Count);
        _contentIds.Add(contentId);
        _scores.Add(score);
        if (_lowest is { } lowest && score <= lowest.Score)
            _lowest = null;
    }

    /// <summary>Takes out a content that is among these.</summary>
    public void Remove(string contentId)
    {
        _places.Remove(contentId, out var place);
        var last = _contentIds.Count - 1;
        if (place != last)
        {
            (_contentIds[place], _scores[place]) = (_contentIds[last], _scores[last]);
            _places[_contentIds[place]] = place;
        }
        _contentIds.RemoveAt(last);
        _scores.RemoveAt(last);
        _lowest = null;
    }

    private (string ContentId, double Score) FindLowest()
    {
        var lowest = 0;
        for (var place = 1; place < _scores.Count; place++)
        {
            if (TrendRanking.Compare(_contentIds[place], _scores[place], _contentIds[lowest], _scores[lowest]) > 0)
                lowest = place;
        }
        return (_contentIds[lowest], _scores[lowest]);
    }
}

internal sealed class TrendingContentsCodec : ICodec<TrendingContents>
{
    private const byte FormatVersion = 1;

    public void Write(TrendingContents value, IBufferWriter<byte> output)
    {
        using var writer = new StateWriter(output);
        writer.Byte(FormatVersion);
        writer.Count(value.ContentIds.Count);
        foreach (var contentId in value.ContentIds)
            writer.String(contentId);
    }

    public TrendingContents Read(ReadOnlySpan<byte> input)
    {
        var reader = new StateReader(input, "list of trending contents");
        reader.Version(FormatVersion);
        var count = reader.Count();
        var contentIds = new List<string>(count);
        for (var i = 0; i < count; i++)
            contentIds.Add(reader.String());
        reader.End();
        return new(contentIds);
    }
}
