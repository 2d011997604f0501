using System.Collections.Immutable;
using System.Globalization;
using System.IO.Hashing;
using System.Text;

namespace StreamSocial.Alerts.Evaluation;

/// <summary>Identifies an alert by its rule and labels.</summary>
public static class AlertFingerprint
{
    /// <summary>Separates names and values; no label has it, being text.</summary>
    private const char Separator = '\uffff';

    /// <summary>16 hexadecimal digits, the same in every process.</summary>
    public static string Of(string rule, ImmutableSortedDictionary<string, string> labels)
    {
        var text = new StringBuilder(rule);
        foreach (var (name, value) in labels.OrderBy(label => label.Key, StringComparer.Ordinal))
            text.Append(Separator).Append(name).Append(Separator).Append(value);
        return XxHash64.HashToUInt64(Encoding.UTF8.GetBytes(text.ToString())).ToString("x16", CultureInfo.InvariantCulture);
    }
}
