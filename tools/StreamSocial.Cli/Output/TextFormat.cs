using System.Globalization;

namespace StreamSocial.Cli.Output;

/// <summary>How figures are shown.</summary>
internal static class TextFormat
{
    public static string Number(double value) => double.IsFinite(value) ? value.ToString(value is >= 100 or 0 ? "N0" : "0.##", CultureInfo.InvariantCulture) : "unknown";

    public static string Count(long? value) => value is { } known ? known.ToString("N0", CultureInfo.InvariantCulture) : "unknown";

    public static string Seconds(TimeSpan value) => string.Create(CultureInfo.InvariantCulture, $"{value.TotalSeconds:0.0} s");

    public static string Milliseconds(TimeSpan? value) => value is { } time ? string.Create(CultureInfo.InvariantCulture, $"{time.TotalMilliseconds:0.#} ms") : "unknown";

    public static string MegaBytes(long bytes) => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1048576.0:N0} MiB");

    public static string Percent(double? fraction) => fraction is { } known ? string.Create(CultureInfo.InvariantCulture, $"{known * 100:0.0} %") : "unknown";
}
