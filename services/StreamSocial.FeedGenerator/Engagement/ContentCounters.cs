using System.Buffers;
using StreamSocial.Events;
using StreamSocial.FeedGenerator.Codecs;
using StreamSocial.Kafka.Records;
using StreamSocial.Streams.State;

namespace StreamSocial.FeedGenerator.Engagement;

/// <summary>Counters and score of one content.</summary>
internal sealed class ContentCounters
{
    public long Views { get; set; }

    public long Impressions { get; set; }

    public long Clicks { get; set; }

    public long Likes { get; set; }

    public long Comments { get; set; }

    public long Shares { get; set; }

    /// <summary>Latest time counted, Unix milliseconds.</summary>
    public long LastInteractionAt { get; set; } = long.MinValue;

    /// <summary>Value of <see cref="LastInteractionAt"/> when the last record was sent to content-stats; null before the first.</summary>
    public long? LastEmittedAt { get; set; }

    /// <summary>The log's time at the last change (<see cref="IdleContents.Now"/>); 0 in a state of a version that did not keep it.</summary>
    public long TouchedAt { get; set; }

    /// <summary>See <see cref="TrendScore"/>. Nothing is left of what was taken back as a whole, not even rounding.</summary>
    public double Score
    {
        get => IsWeightless ? TrendScore.None : field;
        set;
    } = TrendScore.None;

    /// <summary>Whether nothing is counted that has a weight in the trend, which impressions have not.</summary>
    private bool IsWeightless => (Views | Clicks | Likes | Comments | Shares) == 0;

    /// <summary>Number of interactions of a type.</summary>
    public long this[InteractionType type]
    {
        get => type switch
        {
            InteractionType.View => Views,
            InteractionType.Impression => Impressions,
            InteractionType.Click => Clicks,
            InteractionType.Like => Likes,
            InteractionType.Comment => Comments,
            InteractionType.Share => Shares,
            _ => throw NoCounter(type),
        };
        set
        {
            switch (type)
            {
                case InteractionType.View: Views = value; break;
                case InteractionType.Impression: Impressions = value; break;
                case InteractionType.Click: Clicks = value; break;
                case InteractionType.Like: Likes = value; break;
                case InteractionType.Comment: Comments = value; break;
                case InteractionType.Share: Shares = value; break;
                default: throw NoCounter(type);
            }
        }
    }

    /// <summary>Adds what another partition has counted and forgets. Sums of forged reports stay at the largest number instead of becoming negative.</summary>
    public void Add(ContentStats part)
    {
        Views = Sum(Views, part.Views);
        Impressions = Sum(Impressions, part.Impressions);
        Clicks = Sum(Clicks, part.Clicks);
        Likes = Sum(Likes, part.Likes);
        Comments = Sum(Comments, part.Comments);
        Shares = Sum(Shares, part.Shares);
        LastInteractionAt = Math.Max(LastInteractionAt, part.LastInteractionAt);
    }

    public ContentStats ToStats(string contentId) => new()
    {
        ContentId = contentId,
        Views = Views,
        Impressions = Impressions,
        Clicks = Clicks,
        Likes = Likes,
        Comments = Comments,
        Shares = Shares,
        LastInteractionAt = LastInteractionAt,
    };

    private static long Sum(long own, long part) => Math.Min(own, FieldCheck.LargestNumber - part) + part;

    private static ArgumentOutOfRangeException NoCounter(InteractionType type) =>
        new(nameof(type), type, "There is no counter for this type of interaction.");
}

internal sealed class ContentCountersCodec : ICodec<ContentCounters>
{
    private const byte OldestVersion = 1;
    private const byte FormatVersion = 2;

    public void Write(ContentCounters value, IBufferWriter<byte> output)
    {
        using var writer = new StateWriter(output);
        writer.Byte(FormatVersion);
        writer.Unsigned((ulong)value.Views);
        writer.Unsigned((ulong)value.Impressions);
        writer.Unsigned((ulong)value.Clicks);
        writer.Unsigned((ulong)value.Likes);
        writer.Unsigned((ulong)value.Comments);
        writer.Unsigned((ulong)value.Shares);
        writer.Signed(value.LastInteractionAt);
        writer.Double(value.Score);
        writer.Byte(value.LastEmittedAt is null ? (byte)0 : (byte)1);
        if (value.LastEmittedAt is { } emitted)
            writer.Signed(emitted);
        writer.Signed(value.TouchedAt);
    }

    public ContentCounters Read(ReadOnlySpan<byte> input)
    {
        var reader = new StateReader(input, "content counters");
        var version = reader.Version(OldestVersion, FormatVersion);
        var counters = new ContentCounters
        {
            Views = reader.Int64(),
            Impressions = reader.Int64(),
            Clicks = reader.Int64(),
            Likes = reader.Int64(),
            Comments = reader.Int64(),
            Shares = reader.Int64(),
            LastInteractionAt = reader.Signed(),
            Score = reader.Double(),
            LastEmittedAt = reader.Byte() switch
            {
                0 => null,
                1 => reader.Signed(),
                var other => throw reader.Invalid($"a flag is {other}"),
            },
            TouchedAt = version > OldestVersion ? reader.Signed() : 0,
        };
        reader.End();
        return counters;
    }
}

/// <summary>What one partition has counted of a content.</summary>
/// <param name="Stats">Its counters there.</param>
/// <param name="Score">Its score there (<see cref="TrendScore"/>).</param>
/// <param name="IsPart">Whether other partitions count it too.</param>
/// <param name="OtherPartitions">The partitions that do; only the content's own partition knows them.</param>
internal sealed record RankedContent(ContentStats Stats, double Score, bool IsPart, IReadOnlyList<int> OtherPartitions);
