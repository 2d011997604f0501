using System.Buffers.Text;
using System.Globalization;
using System.Text;
using Confluent.Kafka;

namespace StreamSocial.Kafka.DeadLetters;

/// <summary>
/// Where a page of dead letters ends: by partition, the offset before which the next page goes on. What is written later is in no later page.
/// </summary>
/// <param name="Bounds">By topic and partition.</param>
public sealed record DeadLetterCursor(IReadOnlyDictionary<TopicPartition, long> Bounds)
{
    private const int LongestText = 8_000;

    /// <summary>As text for an address: opaque, and without characters that an address would escape.</summary>
    public string Encode() => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(string.Join(
        '\n', Bounds.Select(bound => string.Create(CultureInfo.InvariantCulture, $"{bound.Key.Topic}:{bound.Key.Partition.Value}:{bound.Value}")))));

    /// <summary>Reads what <see cref="Encode"/> wrote; null if the text is something else.</summary>
    public static DeadLetterCursor? Decode(string text)
    {
        if (text.Length > LongestText || !Base64Url.IsValid(text))
            return null;
        var bounds = new Dictionary<TopicPartition, long>();
        foreach (var line in Encoding.UTF8.GetString(Base64Url.DecodeFromChars(text)).Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            if (line.Split(':') is not [var topic, var partition, var offset]
                || !int.TryParse(partition, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
                || !long.TryParse(offset, NumberStyles.None, CultureInfo.InvariantCulture, out var bound)
                || !bounds.TryAdd(new TopicPartition(topic, number), bound))
                return null;
        }
        return new DeadLetterCursor(bounds);
    }
}
