using System.Diagnostics.CodeAnalysis;
using Confluent.Kafka;

namespace StreamSocial.Kafka.Records;

/// <summary>Reads headers of records that anybody may have written.</summary>
public static class HeaderExtensions
{
    /// <summary>The value of the last header of a name.</summary>
    /// <param name="headers">The record's headers; null on a record without any.</param>
    /// <param name="name">The header's name.</param>
    /// <param name="value">The value; it may be empty.</param>
    /// <returns>False when there is no such header, or when it has no value: Kafka lets a producer write null there.</returns>
    public static bool TryGet(this Headers? headers, string name, [NotNullWhen(true)] out byte[]? value)
    {
        value = null;
        // The client says that it found a header without a value, and hands out null.
        return headers is not null && headers.TryGetLastBytes(name, out value) && value is not null;
    }
}
