using StreamSocial.FeedGenerator.Engagement;
using StreamSocial.FeedGenerator.Reading.Routing;

namespace StreamSocial.FeedGenerator.Reading.Contents;

/// <summary>Reads the counters of contents: the part that each content's own partition has counted, and the parts of those that it names.</summary>
internal sealed class ContentReader(PartitionReader reader, BatchRouter router)
{
    public const string PartsPath = "/v1/content/parts";

    /// <summary>Reads the counters of contents, in their order, or gives the answer that says why they cannot be read.</summary>
    public async Task<(IReadOnlyList<ContentStatsView> Items, IResult? Problem)> ReadAsync(HttpContext context, IReadOnlyList<string> contents)
    {
        var own = contents.Select(content => new ContentPartKey(content, reader.PartitionOf(ReadTarget.Engagement, content))).ToList();
        var (ownParts, problem) = await router.ReadAsync(context, Query(own));
        if (problem is not null)
            return ([], problem);

        var others = ownParts.SelectMany(part => part.OtherPartitions.Select(partition => new ContentPartKey(part.Stats.ContentId, partition))).Distinct().ToList();
        if (others.Count == 0)
            return ([.. ownParts.Select(part => part.Stats)], null);
        (var otherParts, problem) = await router.ReadAsync(context, Query(others));
        if (problem is not null)
            return ([], problem);
        var otherStats = otherParts.ToLookup(part => part.Stats.ContentId, part => part.Stats);
        return ([.. ownParts.Select(part => otherStats[part.Stats.ContentId].Aggregate(part.Stats, ContentStatsView.Add))], null);
    }

    /// <summary>Answers another replica's request for parts that are here.</summary>
    public Task<IResult> AnswerPartsAsync(HttpContext context, IReadOnlyList<ContentPartKey> parts) => router.AnswerAsync(context, Query(parts));

    /// <summary>Says what is wrong with a request for parts; null if nothing is.</summary>
    public IResult? Check(IReadOnlyList<ContentPartKey>? parts) =>
        parts is not { Count: >= 1 and <= ReadLimits.MaxBatch } || !parts.All(IsPart)
            ? ReadProblems.Invalid("parts", $"Give 1 to {ReadLimits.MaxBatch} contents with their partitions.")
            : null;

    // Of a list of what is never null a client can still send a null.
    private bool IsPart(ContentPartKey? part) => part is not null && ReadLimits.CheckId(part.ContentId) is null && (uint)part.Partition < (uint)reader.PartitionCountOf(ReadTarget.Engagement);

    private static BatchQuery<EngagementProcessor, ContentPartKey, ContentPart> Query(IReadOnlyList<ContentPartKey> parts) => new(
        ReadTarget.Engagement,
        parts,
        part => part.Partition,
        PartsPath,
        (processor, part) => ContentPart.From(processor.Read(part.ContentId)),
        keys => PeerClient.Json(new ContentPartsRequest(keys), ReadingJson.Default.ContentPartsRequest),
        ReadingJson.Default.BatchContentPart);
}

/// <summary>A replica's request to another one for parts of contents.</summary>
internal sealed record ContentPartsRequest(IReadOnlyList<ContentPartKey>? Parts);

/// <summary>What one partition has counted of a content.</summary>
internal sealed record ContentPartKey(string ContentId, int Partition);

/// <summary>A part, as replicas answer each other.</summary>
/// <param name="Stats">The counters of the part.</param>
/// <param name="OtherPartitions">The partitions with other parts; only the content's own partition names them.</param>
internal sealed record ContentPart(ContentStatsView Stats, IReadOnlyList<int> OtherPartitions)
{
    public static ContentPart From(RankedContent content) => new(ContentStatsView.From(content.Stats), content.OtherPartitions);
}
