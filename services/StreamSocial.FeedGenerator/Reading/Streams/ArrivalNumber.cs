using System.Globalization;

namespace StreamSocial.FeedGenerator.Reading.Streams;

/// <summary>Arrival numbers as event ids.</summary>
internal static class ArrivalNumber
{
    public static bool TryParse(ReadOnlySpan<char> text, out long arrival) =>
        long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out arrival);

    public static bool TryParse(ReadOnlySpan<byte> text, out long arrival) =>
        long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out arrival);

    public static string Format(long arrival) => arrival.ToString(CultureInfo.InvariantCulture);
}
