using System.Globalization;
using Microsoft.Extensions.Options;
using StreamSocial.FeedGenerator.Engagement;
using StreamSocial.FeedGenerator.Reading.Routing;

namespace StreamSocial.FeedGenerator.Reading.Contents;

/// <summary>Gathers the trend from all replicas. What a replica does not answer is counted as unknown, not waited for.</summary>
internal sealed class TrendReader(
    PartitionReads reads, PeerClient peers, IOptions<ReadingOptions> reading, IOptions<EngagementOptions> engagement, TimeProvider timeProvider)
{
    public const string LocalPath = "/v1/trending/local";

    public int MaxLimit => engagement.Value.TrendingContents;

    /// <summary>The best contents of the partitions that run here.</summary>
    public LocalTrending ReadLocal(int limit)
    {
        var partitions = new List<int>();
        var contents = new List<LocalTrendingContent>();
        foreach (var partition in reads.RunningHere(ReadTarget.Engagement))
        {
            var read = reads.Try<EngagementProcessor, List<ContentStanding>>(
                ReadTarget.Engagement, partition, processor => processor.ReadTrending(limit));
            if (read.Place != PartitionPlace.Here)
                continue;
            partitions.Add(partition);
            foreach (var standing in read.Value!)
                contents.Add(new(standing.Score, ContentStatsView.From(standing.Stats)));
        }

        return new(partitions, Best(contents, limit));
    }

    public async Task<TrendingPage> ReadAsync(int limit, CancellationToken cancellationToken)
    {
        var local = ReadLocal(limit);
        var known = new HashSet<int>(local.Partitions);
        var total = reads.PartitionCountOf(ReadTarget.Engagement);
        var owners = new HashSet<Uri>();
        for (var partition = 0; partition < total; partition++)
        {
            if (!known.Contains(partition) && reads.FindOwner(ReadTarget.Engagement, partition) is { } owner)
                owners.Add(owner.Endpoint);
        }

        var contents = new Dictionary<string, LocalTrendingContent>(StringComparer.Ordinal);
        Merge(contents, local);
        foreach (var answer in await Task.WhenAll(owners.Select(owner => AskAsync(owner, limit, cancellationToken))))
        {
            if (answer is null)
                continue;
            known.UnionWith(answer.Partitions);
            Merge(contents, answer);
        }

        return Page(Best([.. contents.Values], limit), total, known.Count);
    }

    private async Task<LocalTrending?> AskAsync(Uri endpoint, int limit, CancellationToken cancellationToken)
    {
        var path = LocalPath + "?limit=" + limit.ToString(CultureInfo.InvariantCulture);
        using var request = PeerRequests.Create(HttpMethod.Get, endpoint, path);
        return await peers.TryAskAsync(request, ReadingJson.Default.LocalTrending, reading.Value.PeerTimeout, timeProvider, cancellationToken);
    }

    // A partition that moves between two answers may be in both; the higher score is the later one.
    private static void Merge(Dictionary<string, LocalTrendingContent> contents, LocalTrending part)
    {
        foreach (var content in part.Contents)
        {
            if (!contents.TryGetValue(content.Stats.ContentId, out var present) || present.LogScore < content.LogScore)
                contents[content.Stats.ContentId] = content;
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
