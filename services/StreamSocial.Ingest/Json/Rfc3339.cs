using System.Globalization;

namespace StreamSocial.Ingest.Json;

/// <summary>
/// Times of RFC 3339. The framework's parsers take more of ISO 8601 than that, such as times without an offset, and less, such as a lower-case <c>t</c> or
/// a leap second.
/// </summary>
internal static class Rfc3339
{
    /// <summary>Longest time that is read, in characters; a fraction of a second may have any number of digits.</summary>
    public const int MaxChars = 64;

    private const int ShortestChars = 20;

    /// <summary>Parses a time; a leap second is the second after it.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out DateTimeOffset time)
    {
        time = default;
        if (text.Length is < ShortestChars or > MaxChars
            || text[4] != '-' || text[7] != '-' || text[10] is not ('T' or 't') || text[13] != ':' || text[16] != ':'
            || !TryNumber(text[..4], 1, 9999, out var year) || !TryNumber(text[5..7], 1, 12, out var month)
            || !TryNumber(text[8..10], 1, DateTime.DaysInMonth(year, month), out var day)
            || !TryNumber(text[11..13], 0, 23, out var hour) || !TryNumber(text[14..16], 0, 59, out var minute)
            || !TryNumber(text[17..19], 0, 60, out var second)
            || !TryFraction(text[19..], out var fractionTicks, out var rest)
            || !TryOffset(rest, out var offset))
            return false;

        var ticks = new DateTime(year, month, day, hour, minute, 0).Ticks + (second * TimeSpan.TicksPerSecond) + fractionTicks - offset.Ticks;
        if (ticks < DateTime.MinValue.Ticks || ticks > DateTime.MaxValue.Ticks)
            return false;
        time = new DateTimeOffset(ticks, TimeSpan.Zero);
        return second < 60 || time.TimeOfDay < TimeSpan.FromSeconds(1);
    }

    private static bool TryFraction(ReadOnlySpan<char> text, out long ticks, out ReadOnlySpan<char> rest)
    {
        ticks = 0;
        rest = text;
        if (text[0] != '.')
            return true;
        var digits = 0;
        for (var unit = TimeSpan.TicksPerSecond / 10; digits + 1 < text.Length && char.IsAsciiDigit(text[digits + 1]); digits++, unit /= 10)
            ticks += unit * (text[digits + 1] - '0');
        rest = text[(digits + 1)..];
        return digits > 0;
    }

    private static bool TryOffset(ReadOnlySpan<char> text, out TimeSpan offset)
    {
        offset = TimeSpan.Zero;
        if (text is "Z" or "z")
            return true;
        if (text.Length != 6 || text[0] is not ('+' or '-') || text[3] != ':' || !TryNumber(text[1..3], 0, 23, out var hours) || !TryNumber(text[4..6], 0, 59, out var minutes))
            return false;
        offset = new TimeSpan(hours, minutes, 0) * (text[0] == '-' ? -1 : 1);
        return true;
    }

    private static bool TryNumber(ReadOnlySpan<char> digits, int least, int most, out int number) =>
        int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out number) && number >= least && number <= most;
}
