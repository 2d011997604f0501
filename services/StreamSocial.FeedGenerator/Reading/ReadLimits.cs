using System.Globalization;

namespace StreamSocial.FeedGenerator.Reading;

/// <summary>What a request may ask for.</summary>
internal static class ReadLimits
{
    /// <summary>Longest user or content id, in characters.</summary>
    public const int MaxIdLength = 256;

    /// <summary>Entries of a page when the request does not say.</summary>
    public const int DefaultEntries = 50;

    /// <summary>Most entries of a page: a whole feed of the default capacity.</summary>
    public const int MaxEntries = 1000;

    /// <summary>Most users or contents of one batch.</summary>
    public const int MaxBatch = 1000;

    /// <summary>Contents of the trend when the request does not say.</summary>
    public const int DefaultTrending = 20;

    /// <summary>Why an id cannot be one, or null when it can.</summary>
    public static string? CheckId(string? id) => id switch
    {
        null or "" => "An id is not empty.",
        { Length: > MaxIdLength } => $"An id has at most {MaxIdLength} characters.",
        _ => null,
    };

    /// <summary>Reads a limit; false when it is no number from 1 to <paramref name="max"/>.</summary>
    public static bool TryParse(string? text, int fallback, int max, out int limit)
    {
        if (text is null)
        {
            limit = Math.Min(fallback, max);
            return true;
        }

        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out limit) && limit >= 1 && limit <= max;
    }
}
