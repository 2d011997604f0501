using System.Globalization;
using System.Text.Json.Serialization;
using Microsoft.Extensions.Options;
using StreamSocial.FeedGenerator.Engagement;
using StreamSocial.FeedGenerator.Reading.Routing;

namespace StreamSocial.FeedGenerator.Reading.Contents;

/// <summary>Collects the trend from all replicas. A replica that does not answer in time is not waited for; its partitions count as unknown.</summary>
internal sealed class TrendReader(
    PartitionReader reader, PeerClient peers, IOptions<ReadingOptions> reading, IOptions<EngagementOptions> engagement, TimeProvider timeProvider)
{
    public const string LocalPath = "/v1/trending/local";

    public int MaxLimit => engagement.Value.TrendingContents;

    /// <summary>Reads the top contents of the partitions that run here, and their parts of spread contents.</summary>
    public LocalTrending ReadLocal(int limit)
    {
        var partitions = new List<int>();
        var contents = new List<LocalTrendingContent>();
        var parts = new List<LocalTrendingContent>();
        foreach (var partition in reader.RunningHere(ReadTarget.Engagement))
        {
            var read = reader.Try<EngagementProcessor, List<RankedContent>>(
                ReadTarget.Engagement, partition, processor => processor.ReadTrending(limit));
            if (read.Location != PartitionLocation.Here)
                continue;
            partitions.Add(partition);
            foreach (var content in read.Value!)
                (content.IsPart ? parts : contents).Add(new(partition, content.Score, ContentStatsView.From(content.Stats)));
        }

        return new(partitions, [.. Best(contents, limit), .. parts]);
    }

    public async Task<TrendingPage> ReadAsync(int limit, CancellationToken cancellationToken)
    {
        var local = ReadLocal(limit);
        var known = new HashSet<int>(local.Partitions);
        var total = reader.PartitionCountOf(ReadTarget.Engagement);
        var owners = new HashSet<Uri>();
        for (var partition = 0; partition < total; partition++)
        {
            if (!known.Contains(partition) && reader.FindOwner(ReadTarget.Engagement, partition) is { } owner)
                owners.Add(owner.Endpoint);
        }

        var parts = new Dictionary<(string ContentId, int Partition), LocalTrendingContent>();
        Merge(parts, local);
        foreach (var answer in await Task.WhenAll(owners.Select(owner => AskAsync(owner, limit, cancellationToken))))
        {
            if (answer is null)
                continue;
            known.UnionWith(answer.Partitions);
            Merge(parts, answer);
        }

        var contents = parts.Values.GroupBy(part => part.Stats.ContentId).Select(group => group.Aggregate(LocalTrendingContent.Add));
        return Page(Best([.. contents.Where(content => content.LogScore != TrendScore.None)], limit), total, known.Count);
    }

    private async Task<LocalTrending?> AskAsync(Uri endpoint, int limit, CancellationToken cancellationToken)
    {
        var path = LocalPath + "?limit=" + limit.ToString(CultureInfo.InvariantCulture);
        using var request = peers.CreateRequest(HttpMethod.Get, endpoint, path);
        return await peers.TryAskAsync(request, ReadingJson.Default.LocalTrending, reading.Value.PeerTimeout, timeProvider, cancellationToken);
    }

    // A partition that moves between two answers may be in both; the higher score is the newer one.
    private static void Merge(Dictionary<(string, int), LocalTrendingContent> parts, LocalTrending answer)
    {
        foreach (var part in answer.Contents)
        {
            var key = (part.Stats.ContentId, part.Partition);
            if (!parts.TryGetValue(key, out var present) || present.LogScore < part.LogScore)
                parts[key] = part;
        }
    }

    private static List<LocalTrendingContent> Best(List<LocalTrendingContent> contents, int limit)
    {
        contents.Sort(static (left, right) => TrendRanking.Compare(left.Stats.ContentId, left.LogScore, right.Stats.ContentId, right.LogScore));
        if (contents.Count > limit)
            contents.RemoveRange(limit, contents.Count - limit);
        return contents;
    }

    private TrendingPage Page(List<LocalTrendingContent> contents, int total, int known)
    {
        var asOf = contents.Max(content => content.Stats.LastInteractionAt);
        var halfLifeMs = engagement.Value.TrendHalfLife.TotalMilliseconds;
        return new(
            asOf,
            [.. contents.Select(content => new TrendingContentView(TrendScore.At(content.LogScore, asOf ?? 0, halfLifeMs), content.Stats))],
            total,
            total - known);
    }
}

/// <summary>The contents that trend, best first.</summary>
/// <param name="AsOf">Time to which the scores are decayed: the latest interaction with any of these contents, Unix milliseconds; null if there are none.</param>
/// <param name="Contents">The contents.</param>
/// <param name="Partitions">Number of partitions.</param>
/// <param name="UnknownPartitions">Number of partitions that did not answer; their contents, and their parts of spread contents, are missing.</param>
internal sealed record TrendingPage(long? AsOf, IReadOnlyList<TrendingContentView> Contents, int Partitions, int UnknownPartitions);

/// <summary>A content of the trend.</summary>
/// <param name="Score">Weighted sum of its interactions, each halved per half-life of age.</param>
internal sealed record TrendingContentView(double Score, ContentStatsView Stats);

/// <summary>One replica's part of the trend, as replicas answer each other.</summary>
/// <param name="Partitions">The partitions covered.</param>
/// <param name="Contents">Their top contents, best first, then their parts of spread contents.</param>
internal sealed record LocalTrending(IReadOnlyList<int> Partitions, IReadOnlyList<LocalTrendingContent> Contents);

/// <summary>What a partition has counted of a content.</summary>
/// <param name="LogScore">Logarithm of the score, which does not depend on the clock; negative infinity for a part without weight.</param>
internal sealed record LocalTrendingContent(
    int Partition,
    [property: JsonNumberHandling(JsonNumberHandling.AllowNamedFloatingPointLiterals)] double LogScore,
    ContentStatsView Stats)
{
    /// <summary>Adds two parts of one content.</summary>
    public static LocalTrendingContent Add(LocalTrendingContent left, LocalTrendingContent right) =>
        new(left.Partition, TrendScore.Add(left.LogScore, right.LogScore), ContentStatsView.Add(left.Stats, right.Stats));
}
