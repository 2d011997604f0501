using System.Globalization;
using StreamSocial.Kafka.DeadLetters;
using StreamSocial.Kafka.Records;

namespace StreamSocial.Operations.DeadLetters;

/// <summary>The replay of dead letters in the log of actions: by partition of a dead-letter topic, the offsets of the letters that were sent.</summary>
/// <remarks>
/// It is written before the letters go and again afterwards, so a letter that the log does not name was not sent. One that it names was sent, or may have been:
/// the process may have ended in between. One that was refused, so that nothing was sent, names none in its last record.
/// </remarks>
public static class ReplayRecord
{
    /// <summary>Kind of the action.</summary>
    public const string Kind = "dead-letters-replay";

    /// <summary>Most letters of one action: so many offsets fit into a parameter.</summary>
    public const int MaxLetters = 40;

    /// <summary>Which letters are sent, as parameters of the action.</summary>
    /// <exception cref="ArgumentException">There are more than <see cref="MaxLetters"/>, or their offsets do not fit.</exception>
    public static IReadOnlyDictionary<string, string> Write(IReadOnlyCollection<DeadLetterPlace> places)
    {
        var parameters = places.GroupBy(place => (place.Topic, place.Partition)).ToDictionary(
            partition => string.Create(CultureInfo.InvariantCulture, $"{partition.Key.Topic}:{partition.Key.Partition}"),
            partition => string.Join(',', partition.Select(place => place.Offset.ToString(CultureInfo.InvariantCulture))));
        return places.Count <= MaxLetters && parameters.Values.All(offsets => offsets.Length <= FieldCheck.LongestName)
            ? parameters
            : throw new ArgumentException($"At most {MaxLetters} dead letters are sent by one action.", nameof(places));
    }

    /// <summary>Which letters an action sent, or may have sent; none if it is another action. What somebody else wrote there and is no place is left out.</summary>
    public static IEnumerable<DeadLetterPlace> Read(Operation operation)
    {
        if (operation.Kind != Kind)
            yield break;
        foreach (var (name, offsets) in operation.Parameters)
        {
            if (name.Split(':') is not [var topic, var number] || !int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var partition))
                continue;
            foreach (var text in offsets.Split(','))
            {
                if (long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var offset))
                    yield return new DeadLetterPlace(topic, partition, offset);
            }
        }
    }

    /// <summary>When each letter was sent last, or may have been, by all actions there were.</summary>
    public static IReadOnlyDictionary<DeadLetterPlace, DateTimeOffset> ReadAll(IEnumerable<Operation> operations) => operations
        .SelectMany(operation => Read(operation).Select(place => (Place: place, operation.StartedAt)))
        .GroupBy(sent => sent.Place)
        .ToDictionary(sent => sent.Key, sent => DateTimeOffset.FromUnixTimeMilliseconds(sent.Max(time => time.StartedAt)));
}
