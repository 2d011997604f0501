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

    private TrendingContents Top => _top ??= store.TryGet(OnlyKey, out var stored) ? stored : new([]);

    /// <summary>Updates the ranking for a content whose score fell, whether it is ranked or not.</summary>
    public void Lower(double score) => Top.Floor = Math.Min(Top.Floor, score);

    /// <summary>Takes a content out; one that ranked lower comes in with its own next interaction.</summary>
    public void Remove(string contentId)
    {
        if (!Top.Contains(contentId))
            return;
        Top.Remove(contentId);
        Top.Floor = TrendScore.None;
        store.Put(OnlyKey, Top);
    }

    /// <summary>Updates the ranking for a content whose score rose or is new.</summary>
    public void Touch(string contentId, double score)
    {
        var top = Top;
        if (score < top.Floor || top.Contains(contentId))
            return;
        if (top.ContentIds.Count < size)
        {
            top.Add(contentId);
        }
        else
        {
            var lowest = Lowest(top);
            if (Compare(contentId, score, top.ContentIds[lowest], ScoreOf(top.ContentIds[lowest])) >= 0)
                return;
            top.Replace(lowest, contentId);
        }

        store.Put(OnlyKey, top);
    }

    /// <summary>Orders by score, highest first, then by id.</summary>
    public static int Compare(string leftId, double leftScore, string rightId, double rightScore)
    {
        var order = rightScore.CompareTo(leftScore);
        return order != 0 ? order : string.CompareOrdinal(leftId, rightId);
    }

    private int Lowest(TrendingContents top)
    {
        var lowest = 0;
        var lowestScore = ScoreOf(top.ContentIds[0]);
        for (var i = 1; i < top.ContentIds.Count; i++)
        {
            var score = ScoreOf(top.ContentIds[i]);
            if (Compare(top.ContentIds[i], score, top.ContentIds[lowest], lowestScore) > 0)
                (lowest, lowestScore) = (i, score);
        }

        top.Floor = lowestScore;
        return lowest;
    }

    private double ScoreOf(string contentId) => counters.TryGet(contentId, out var found)
        ? found.Score
        : throw new InvalidDataException($"Content '{contentId}' trends but has no counters in the state.");
}

/// <summary>The contents of a partition with the highest scores, in no particular order.</summary>
internal sealed class TrendingContents(List<string> contentIds)
{
    private readonly HashSet<string> _members = new(contentIds, StringComparer.Ordinal);

    public List<string> ContentIds { get; } = contentIds;

    /// <summary>
    /// Lower bound of the members' scores. It only saves searching for the lowest member and is not stored.
    /// </summary>
    public double Floor { get; set; } = TrendScore.None;

    public bool Contains(string contentId) => _members.Contains(contentId);

    public void Add(string contentId)
    {
        _members.Add(contentId);
        ContentIds.Add(contentId);
    }

    public void Remove(string contentId)
    {
        _members.Remove(contentId);
        ContentIds.Remove(contentId);
    }

    public void Replace(int index, string contentId)
    {
        _members.Remove(ContentIds[index]);
        _members.Add(contentId);
        ContentIds[index] = contentId;
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
