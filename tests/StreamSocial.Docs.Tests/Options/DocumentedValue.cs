using System.Globalization;
using System.Text.RegularExpressions;

namespace StreamSocial.Docs.Tests.Options;

/// <summary>A bound as it is written: a number with its unit, or the name of another option of the same class.</summary>
/// <param name="Number">In the unit of <see cref="Option"/>: ticks for a duration, otherwise bytes or plain.</param>
/// <param name="OtherOption">The option whose value is the bound; null for a number.</param>
internal sealed record Bound(decimal Number, string? OtherOption);

/// <summary>What a <c>&lt;value&gt;</c> says: <c>Default X; A to B.</c></summary>
/// <param name="Default">The default as it is written.</param>
/// <param name="Range">What follows the default.</param>
/// <param name="Minimum">Lower limit; null if none.</param>
/// <param name="MinimumIsExclusive">Whether the lower limit itself is refused.</param>
/// <param name="Maximum">Upper limit; null if none.</param>
/// <param name="Choices">The only values that are allowed; empty if a range is.</param>
internal sealed partial record DocumentedValue(
    string Default, string Range, Bound? Minimum, bool MinimumIsExclusive, Bound? Maximum, IReadOnlyList<decimal> Choices)
{
    private const string Number = @"\d+(?:,\d{3})*(?:\.\d+)?(?: (?:ms|s|min|h|days?|KiB|MiB|GiB|TiB)\b)?|`\w+`";

    /// <summary>Whether the document says what is allowed; <c>any</c> is a word for no limit.</summary>
    public bool HasLimits => Minimum is not null || Maximum is not null || Choices.Count > 0;

    public static DocumentedValue Parse(string text)
    {
        var match = Shape().Match(text);
        var (value, range) = (match.Groups["default"].Value, match.Groups["range"].Value.TrimEnd('.'));
        foreach (var part in Parentheses().Replace(range, "").Split(["; ", ". "], StringSplitOptions.TrimEntries))
        {
            if (Between().Match(part) is { Success: true } between)
                return new(value, range, ParseBound(between, 1), false, ParseBound(between, 2), []);
            if (OneSided().Match(part) is { Success: true } side)
            {
                return new(value, range, ParseBound(side, 2), side.Groups[1].Value == "above", side.Groups[3].Success ? ParseBound(side, 3) : null, []);
            }
            if (AtMost().Match(part) is { Success: true } most)
                return new(value, range, null, false, ParseBound(most, 1), []);
            if (Either().Match(part) is { Success: true } either)
                return new(value, range, null, false, null, [ParseNumber(either.Groups[1].Value)!.Value, ParseNumber(either.Groups[2].Value)!.Value]);
        }

        return new(value, range, null, false, null, []);
    }

    /// <summary>The number at the beginning of a text, in ticks if it is a duration and in bytes if it is a size; null if there is none.</summary>
    public static decimal? ParseNumber(string text)
    {
        var match = NumberWithUnit().Match(text);
        if (!match.Success)
            return null;
        var number = decimal.Parse(match.Groups[1].Value.Replace(",", ""), CultureInfo.InvariantCulture);
        return number * match.Groups[2].Value switch
        {
            "ms" => TimeSpan.TicksPerMillisecond,
            "s" => TimeSpan.TicksPerSecond,
            "min" => TimeSpan.TicksPerMinute,
            "h" => TimeSpan.TicksPerHour,
            "day" or "days" => TimeSpan.TicksPerDay,
            "KiB" => 1L << 10,
            "MiB" => 1L << 20,
            "GiB" => 1L << 30,
            "TiB" => 1L << 40,
            _ => 1m,
        };
    }

    private static Bound ParseBound(Match match, int group)
    {
        var text = match.Groups[group].Value;
        return text.StartsWith('`') ? new Bound(0, text.Trim('`')) : new Bound(ParseNumber(text)!.Value, null);
    }

    [GeneratedRegex(@"^Default (?<default>.+?)(?:(?:; |\. )(?<range>.+))?\.?$")]
    private static partial Regex Shape();

    [GeneratedRegex(@" ?\([^)]*\)")]
    private static partial Regex Parentheses();

    [GeneratedRegex($"^(?:from )?({Number}) to ({Number})")]
    private static partial Regex Between();

    [GeneratedRegex($"^(above|at least) ({Number})(?:, at most ({Number}))?")]
    private static partial Regex OneSided();

    [GeneratedRegex($"^at most ({Number})")]
    private static partial Regex AtMost();

    [GeneratedRegex($"^({Number}) or ({Number})$")]
    private static partial Regex Either();

    [GeneratedRegex(@"^(\d+(?:,\d{3})*(?:\.\d+)?)(?: (ms|s|min|h|days?|KiB|MiB|GiB|TiB)\b)?")]
    private static partial Regex NumberWithUnit();
}
