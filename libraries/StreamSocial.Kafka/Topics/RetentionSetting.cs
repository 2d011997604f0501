using System.Globalization;

namespace StreamSocial.Kafka.Topics;

/// <summary>A topic's <c>retention.ms</c>.</summary>
internal static class RetentionSetting
{
    /// <summary>Records are kept until their topic is deleted.</summary>
    public const long ForEver = -1;

    private const long Longest = long.MaxValue / TimeSpan.TicksPerMillisecond;

    /// <summary>Milliseconds; <see cref="ForEver"/> also for more than a time span can hold, such as the largest number of 64 bits; null when unknown.</summary>
    public static long? Read(string? value) =>
        long.TryParse(value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var milliseconds) ? milliseconds is < 0 or > Longest ? ForEver : milliseconds : null;
}
