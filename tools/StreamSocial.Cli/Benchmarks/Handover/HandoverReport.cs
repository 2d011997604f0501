using System.Text.Json.Serialization;
using StreamSocial.Cli.Verification;

namespace StreamSocial.Cli.Benchmarks.Handover;

/// <summary>One round.</summary>
internal sealed record HandoverRound
{
    public required HandoverFigures Ours { get; init; }

    /// <summary>Null without a peer.</summary>
    public HandoverFigures? Peer { get; init; }

    /// <summary>How our feeds and edges compare with the reference.</summary>
    public required Outcome Outcome { get; init; }

    /// <summary>Lines that were played to ours.</summary>
    public required long Lines { get; init; }

    /// <summary>Longest time by which one of them was written too late.</summary>
    public required TimeSpan LongestDelay { get; init; }

    /// <summary>Longest time in which none of our members reported its positions, part of any gap.</summary>
    public required TimeSpan LongestSilence { get; init; }
}

/// <summary>What the gaps come to beside the peer's.</summary>
internal enum HandoverVerdict
{
    /// <summary>There is no peer.</summary>
    NotCompared,

    Holds,
    DoesNotHold,

    /// <summary>A gap of either side is not known, or a second process never processed anything.</summary>
    Unknown,
}

/// <summary>What <see cref="HandoverBenchmark"/> measured, round by round.</summary>
internal sealed record HandoverReport
{
    /// <summary>Name of the peer; null without one.</summary>
    public required string? Peer { get; init; }

    /// <summary>Largest ratio of the join gaps.</summary>
    public required double JoinLimit { get; init; }

    /// <summary>Settings of the feed generators that are not the benchmark's own.</summary>
    public required IReadOnlyList<string> FurtherArguments { get; init; }

    public required IReadOnlyList<HandoverRound> Rounds { get; init; }

    public required string Hardware { get; init; }

    /// <summary>Whether ours lost, duplicated and misordered nothing.</summary>
    [JsonInclude]
    public bool IsExact => Rounds.All(round => round.Outcome.IsEqual);

    [JsonInclude]
    public double? JoinRatio => Ratio(figures => figures.Join?.Longest.TotalMilliseconds);

    [JsonInclude]
    public double? KillRatio => Ratio(figures => figures.Kill?.Longest.TotalMilliseconds);

    [JsonInclude]
    public HandoverVerdict Verdict =>
        !IsExact ? HandoverVerdict.DoesNotHold
        : Peer is null ? HandoverVerdict.NotCompared
        : JoinRatio > JoinLimit || KillRatio >= 1 ? HandoverVerdict.DoesNotHold
        : JoinRatio is null || KillRatio is null || !HasJoined ? HandoverVerdict.Unknown
        : HandoverVerdict.Holds;

    /// <summary>Whether the second processes of both sides processed anything: without that, a short gap says nothing of a join or a kill.</summary>
    private bool HasJoined => Rounds.All(round => round.Ours.FirstRecord is not null && round.Peer?.FirstRecord is not null);

    /// <summary>The median of our rounds; null when one does not know.</summary>
    public double? MedianOfOurs(Func<HandoverFigures, double?> read) => MedianIfKnown(Rounds.Select(round => read(round.Ours)));

    /// <summary>The median of the peer's rounds; null when one does not know.</summary>
    public double? MedianOfPeer(Func<HandoverFigures, double?> read) => MedianIfKnown(Rounds.Select(round => round.Peer is { } peer ? read(peer) : null));

    /// <summary>The median of the rounds' ratios, ours to the peer's; null when one is not known, or the peer's is zero.</summary>
    public double? Ratio(Func<HandoverFigures, double?> read) =>
        MedianIfKnown(Rounds.Select(round => round.Peer is { } peer && read(peer) is > 0 and var theirs ? read(round.Ours) / theirs : null));

    private static double? MedianIfKnown(IEnumerable<double?> values)
    {
        double?[] all = [.. values];
        return all.Length == 0 || all.Any(value => value is null) ? null : Benchmarks.Rounds.Median(all.Select(value => value!.Value));
    }
}
