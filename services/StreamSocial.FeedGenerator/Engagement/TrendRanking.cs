using StreamSocial.FeedGenerator.Codecs;
using StreamSocial.Streams.State;
using StreamSocial.Streams.Tasks;

namespace StreamSocial.FeedGenerator.Engagement;

/// <summary>Which contents of a partition trend.</summary>
/// <remarks>
/// A score only rises, and only by an interaction with its own content, so the highest ones are kept exactly by looking at each content
/// as it is touched. Only who is among them is stored, and only when that changes; the scores are with the counters.
/// </remarks>
internal sealed class TrendRanking(ITaskContext context, IStateStore<string, ContentCounters> counters, int size)
{
    private const byte TrendingStore = 17;
    private const string OnlyKey = "top";

    private readonly IStateStore<string, TrendingContents> _store =
        context.OpenStore(TrendingStore, "trending", StringKeyCodec.Instance, new TrendingContentsCodec());

    /// <summary>The ranked contents, in no particular order.</summary>
    public IReadOnlyList<string> ContentIds => _store.TryGet(OnlyKey, out var top) ? top.ContentIds : [];

    /// <summary>Takes note of a content whose score rose.</summary>
    public void Touch(string contentId, double score)
    {
        if (score == TrendScore.None)
            return;
        if (!_store.TryGet(OnlyKey, out var top))
            top = new([]);
        else if (score < top.Floor || top.Contains(contentId))
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

        _store.Put(OnlyKey, top);
    }

    /// <summary>Higher scores first; equal ones by id.</summary>
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
