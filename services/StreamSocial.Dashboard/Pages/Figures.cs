using System.Globalization;

namespace StreamSocial.Dashboard.Pages;

/// <summary>Figures as text. What is unknown says so.</summary>
internal static class Figures
{
    public const string Unknown = "unknown";

    public static string Count(long? value) => value?.ToString("N0", CultureInfo.InvariantCulture) ?? Unknown;

    public static string Rate(double? perSecond) => perSecond is { } known ? known.ToString(known < 10 ? "0.#" : "N0", CultureInfo.InvariantCulture) + "/s" : Unknown;

    public static string Age(long? milliseconds) => milliseconds is { } known ? (known / 1000.0).ToString("N1", CultureInfo.InvariantCulture) + " s" : Unknown;

    public static string Share(double? ratio) => ratio?.ToString("0 %", CultureInfo.InvariantCulture) ?? Unknown;

    /// <summary>A sum that lacks some parts is a lower bound.</summary>
    public static string AtLeast(long? known, int? missing) => AtLeast(Count(known), missing);

    /// <summary>The same of any figure that is of some parts only.</summary>
    public static string AtLeast(string known, int? missing) => known != Unknown && missing > 0 ? $"≥ {known} ({missing} partitions unknown)" : known;

    public static string Time(long unixMilliseconds) =>
        DateTimeOffset.FromUnixTimeMilliseconds(unixMilliseconds).ToString("yyyy-MM-dd HH:mm:ss 'UTC'", CultureInfo.InvariantCulture);
}
