using System.ComponentModel.DataAnnotations;
using System.Globalization;
using System.Reflection;
using StreamSocial.Events;
using StreamSocial.Kafka.Limits;

namespace StreamSocial.Unit.Tests.FeedGenerator.Limits;

/// <summary>The largest and the least that is allowed.</summary>
internal static class Extremes
{
    /// <summary>A character that JavaScript counts twice and UTF-8 in four bytes.</summary>
    public const string Emoji = "\U0001F600";

    /// <summary>The least limit of records with which an application runs, and that of the clients.</summary>
    public static IReadOnlyList<int> RecordBytes { get; } = [RecordLimit.SmallestBytes, RecordLimit.ClientDefaultBytes];

    /// <summary>An id as long as they may be.</summary>
    public static string Id(int number) =>
        string.Concat(number.ToString("D4", CultureInfo.InvariantCulture), string.Concat(Enumerable.Repeat(Emoji, IdRule.MaxChars - 4)));

    /// <summary>The ends of an option's documented range.</summary>
    public static IEnumerable<long> EndsOf<TOptions>(string property)
    {
        var range = typeof(TOptions).GetProperty(property)!.GetCustomAttribute<RangeAttribute>()!;
        yield return Convert.ToInt64(range.Minimum, CultureInfo.InvariantCulture);
        // An attribute has no longs: as a double, the largest one is above itself.
        var maximum = Convert.ToDouble(range.Maximum, CultureInfo.InvariantCulture);
        yield return maximum < long.MaxValue ? (long)maximum : long.MaxValue;
    }
}
