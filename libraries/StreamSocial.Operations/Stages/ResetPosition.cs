using System.Globalization;

namespace StreamSocial.Operations.Stages;

/// <summary>Where tasks are to go on: at the first or the end of the input, at an offset, or at the first record of a time or later.</summary>
/// <param name="Kind">Which of them.</param>
/// <param name="Offset">With <see cref="ResetPositionKind.Offset"/>.</param>
/// <param name="Time">With <see cref="ResetPositionKind.Time"/>.</param>
public sealed record ResetPosition(ResetPositionKind Kind, long Offset = 0, DateTimeOffset Time = default)
{
    /// <summary>What can be given, for errors.</summary>
    public const string Forms = "earliest, latest, offset:N or time:ISO, such as time:2026-11-27T10:00:00Z";

    private const string OffsetPrefix = "offset:";
    private const string TimePrefix = "time:";

    /// <summary>Reads what a person gives.</summary>
    /// <exception cref="StageOperationException">It is none of the forms.</exception>
    public static ResetPosition Parse(string text)
    {
        if (text == "earliest")
            return new(ResetPositionKind.Earliest);
        if (text == "latest")
            return new(ResetPositionKind.Latest);
        if (text.StartsWith(OffsetPrefix, StringComparison.Ordinal) && long.TryParse(text.AsSpan(OffsetPrefix.Length), NumberStyles.None, CultureInfo.InvariantCulture, out var offset))
            return new(ResetPositionKind.Offset, offset);
        // A time without its zone would be another one on another machine.
        if (text.StartsWith(TimePrefix, StringComparison.Ordinal) && HasZone(text.AsSpan(TimePrefix.Length))
            && DateTimeOffset.TryParse(text.AsSpan(TimePrefix.Length), CultureInfo.InvariantCulture, DateTimeStyles.RoundtripKind, out var time) && time >= DateTimeOffset.UnixEpoch)
            return new(ResetPositionKind.Time, Time: time);
        throw new StageOperationException(StageRefusal.BadPosition, $"'{text}' is no position; give {Forms}.");
    }

    private static bool HasZone(ReadOnlySpan<char> time) =>
        DateTime.TryParse(time, CultureInfo.InvariantCulture, DateTimeStyles.RoundtripKind, out var read) && read.Kind != DateTimeKind.Unspecified;

    public override string ToString() => Kind switch
    {
        ResetPositionKind.Earliest => "earliest",
        ResetPositionKind.Latest => "latest",
        ResetPositionKind.Offset => OffsetPrefix + Offset.ToString(CultureInfo.InvariantCulture),
        _ => TimePrefix + Time.ToString("O", CultureInfo.InvariantCulture),
    };
}

/// <summary>The kinds of position.</summary>
public enum ResetPositionKind
{
    /// <summary>The first record that the input has.</summary>
    Earliest,

    /// <summary>Behind the last one.</summary>
    Latest,

    /// <summary>The same offset in each partition.</summary>
    Offset,

    /// <summary>The first record that is not older than a time; the end where there is none.</summary>
    Time,
}
