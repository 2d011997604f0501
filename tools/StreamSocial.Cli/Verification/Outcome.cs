using System.Text.Json.Serialization;
using StreamSocial.Streams.Membership;

namespace StreamSocial.Cli.Verification;

/// <summary>How what the system came to compares with the reference.</summary>
internal sealed record Outcome
{
    public required long FeedsCompared { get; init; }

    public required long CountersCompared { get; init; }

    public required long Lost { get; init; }

    public required long Duplicated { get; init; }

    public required long Misordered { get; init; }

    /// <summary>Entries in feeds where they should not be; such a feed differs.</summary>
    public required long Unexpected { get; init; }

    public required long DifferingFeeds { get; init; }

    public required long DifferingCounters { get; init; }

    /// <summary>Repeats that the members recognised and dropped: no defect. Null when the members' audit is not known.</summary>
    public required long? DuplicatesDropped { get; init; }

    /// <summary>The first differences, for a person to look into.</summary>
    public required IReadOnlyList<string> Examples { get; init; }

    /// <summary>Whether nothing differs, in what was read back and by the members' own audit.</summary>
    [JsonInclude]
    public bool IsEqual => DuplicatesDropped is not null && Lost == 0 && Duplicated == 0 && Misordered == 0 && DifferingFeeds == 0 && DifferingCounters == 0;

    /// <param name="tally">What was read back.</param>
    /// <param name="audit">What the members' edges showed; null when unknown.</param>
    public static Outcome Of(Tally tally, MemberCounters? audit) => new()
    {
        FeedsCompared = tally.FeedsCompared,
        CountersCompared = tally.CountersCompared,
        Lost = tally.Lost + (audit?.EntriesLost ?? 0),
        Duplicated = tally.Duplicated,
        Misordered = tally.Misordered + (audit?.EntriesMisordered ?? 0),
        Unexpected = tally.Unexpected,
        DifferingFeeds = tally.DifferingFeeds,
        DifferingCounters = tally.DifferingCounters,
        DuplicatesDropped = audit?.DuplicatesDropped,
        Examples = tally.Examples,
    };
}
