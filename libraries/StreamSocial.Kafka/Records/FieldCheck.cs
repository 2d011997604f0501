namespace StreamSocial.Kafka.Records;

/// <summary>
/// Checks the fields of a value that anybody may have written. What does not hold is an <see cref="InvalidDataException"/> that names the field; what has
/// passed can be added, sorted, shown and written as JSON.
/// </summary>
public static class FieldCheck
{
    /// <summary>Largest count, offset or epoch: what JSON carries exactly, and so small that sums of them do not overflow.</summary>
    public const long LargestNumber = (1L << 53) - 1;

    /// <summary>Largest partition number: more than any cluster has.</summary>
    public const int LargestPartition = 1_000_000;

    /// <summary>Longest name of a member, topic, resource or edge, in characters.</summary>
    public const int LongestName = 512;

    private static readonly long LatestTime = DateTimeOffset.MaxValue.ToUnixTimeMilliseconds();

    /// <summary>A number within bounds.</summary>
    public static void Number(string field, long value, long minimum = 0, long maximum = LargestNumber)
    {
        if (value < minimum || value > maximum)
            throw new InvalidDataException($"its {field} is {value}, which is not from {minimum} to {maximum}");
    }

    /// <summary>Numbers within bounds.</summary>
    public static void Numbers(string field, IEnumerable<long> values, long minimum = 0)
    {
        foreach (var value in values)
            Number(field, value, minimum);
    }

    /// <summary>Numbers of partitions.</summary>
    public static void Partitions(string field, IEnumerable<int> partitions)
    {
        foreach (var partition in partitions)
            Number(field, partition, 0, LargestPartition);
    }

    /// <summary>Whether a time in Unix milliseconds is one that <see cref="Time"/> lets pass.</summary>
    public static bool IsTime(long unixMilliseconds) => unixMilliseconds >= 0 && unixMilliseconds <= LatestTime;

    /// <summary>A time in Unix milliseconds that a calendar has.</summary>
    public static void Time(string field, long unixMilliseconds) => Number(field, unixMilliseconds, 0, LatestTime);

    /// <summary>A number that is not negative, and so small that sums of them are finite.</summary>
    public static void Amount(string field, double value)
    {
        if (value is not (>= 0 and <= LargestNumber))
            throw new InvalidDataException($"its {field} is {value}, which is no amount");
    }

    /// <summary>A name, which may be empty.</summary>
    public static void Name(string field, string value)
    {
        if (value.Length > LongestName)
            throw new InvalidDataException($"its {field} has {value.Length} characters; {LongestName} are the most");
    }

    /// <summary>A value that repeats its record's key.</summary>
    public static void Key(string field, string value, string key)
    {
        if (value != key)
            throw new InvalidDataException($"its {field} is not the record's key");
        if (value.Length == 0)
            throw new InvalidDataException($"its {field} is empty");
        Name(field, value);
    }
}
