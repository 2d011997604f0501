using System.Globalization;

namespace StreamSocial.AppHost.Scaling;

/// <summary>Names of the generators' resources: <c>feed-generator-1</c>, <c>feed-generator-2</c>, …</summary>
internal static class FeedGeneratorName
{
    private const string Prefix = "feed-generator-";

    public static string Of(int number) => Prefix + number.ToString(CultureInfo.InvariantCulture);

    public static bool Matches(string resourceName) => resourceName.StartsWith(Prefix, StringComparison.Ordinal);
}
