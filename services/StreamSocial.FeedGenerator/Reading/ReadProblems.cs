using System.Globalization;
using StreamSocial.Events;
using StreamSocial.ServiceDefaults.Http;

namespace StreamSocial.FeedGenerator.Reading;

/// <summary>Problem details (RFC 9457) of the read API.</summary>
internal static class ReadProblems
{
    private const int RetryAfterSeconds = 1;

    /// <summary>No replica can read the partition now.</summary>
    public static ProblemKind PartitionMoving { get; } = new(
        503, "partition_moving", "The partition is moving to another replica or being restored.", "Repeat it after `Retry-After`.");

    /// <summary>Answer to whoever claims to be another replica and is not.</summary>
    public static ProblemKind NotAPeer { get; } = new(
        403, "not_a_peer", "The request claims to be forwarded by a replica and lacks the secret that replicas share.", "Leave the headers StreamSocial-… out; a replica needs the others' `Peers:Secret`.");

    /// <summary>Answer to another replica only, which then looks up the owner again.</summary>
    public static ProblemKind NotOwner { get; } = new(421, "not_owner", "This replica does not hold the partition.", "None: only replicas see it.");

    public static IResult Invalid(string field, string why) => ApiProblems.InvalidFields(new Dictionary<string, string[]> { [field] = [why] });

    public static IResult InvalidLimit(int max) => Invalid("limit", $"A limit is a whole number from 1 to {max}.");

    public static IResult Misdirected() => NotOwner.Answer();

    /// <summary>Answer while no replica can read the partition.</summary>
    public static IResult Unavailable(HttpContext context, int partition)
    {
        context.Response.Headers.RetryAfter = RetryAfterSeconds.ToString(CultureInfo.InvariantCulture);
        return PartitionMoving.Answer($"Partition {partition} is moving to another replica or being restored. Try again in {RetryAfterSeconds} s.");
    }
}

/// <summary>Limits of read requests.</summary>
internal static class ReadLimits
{
    /// <summary>Entries of a page if the request gives no limit.</summary>
    public const int DefaultEntries = 50;

    /// <summary>Most entries of a page: a whole feed of the default capacity (<see cref="StreamSocial.FeedGenerator.Feeds.FeedsOptions.Capacity"/>).</summary>
    public const int MaxEntries = 1000;

    /// <summary>Most users or contents of one batch.</summary>
    public const int MaxBatch = 1000;

    /// <summary>Most entries of all feeds of one batch: all users that are allowed with the default limit.</summary>
    public const int MaxBatchEntries = MaxBatch * DefaultEntries;

    /// <summary>Most bytes of ids and texts of one answer, in UTF-8. JSON escapes them: a byte such as that of &lt; becomes six.</summary>
    public const int MaxAnswerBytes = 32 * 1024 * 1024;

    /// <summary>Most bytes of an answer of another replica: the largest one, each byte escaped, and the names and numbers of its entries.</summary>
    public const int MaxPeerAnswerBytes = 7 * MaxAnswerBytes;

    /// <summary>Contents of the trend if the request gives no limit.</summary>
    public const int DefaultTrending = 20;

    /// <summary>Checks an id; returns what is wrong with it, or null if it is valid.</summary>
    public static string? CheckId(string? id) => IdRule.IsValid(id) ? null : $"An id {IdRule.Text}.";

    /// <summary>Parses a limit; false if it is not a number from 1 to <paramref name="max"/>.</summary>
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
