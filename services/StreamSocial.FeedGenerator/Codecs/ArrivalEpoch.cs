using System.Globalization;
using System.Text;
using StreamSocial.Topics;

namespace StreamSocial.FeedGenerator.Codecs;

/// <summary>
/// Epoch of a numbering of arrivals, which begins anew where state was lost: a hash of what came first, so that owners that process the same input agree on
/// it, and a client's position in a numbering of before is told from one in this.
/// </summary>
internal static class ArrivalEpoch
{
    /// <summary>Fits any numbering: nothing has arrived yet, or a client made the position itself.</summary>
    public const uint Any = 0;

    /// <summary>Of a state that was written before epochs were kept.</summary>
    public const uint Oldest = 1;

    /// <summary>The epoch of the numbering that an action begins; never <see cref="Any"/>.</summary>
    public static uint Of(long occurredAt, string actionId, string actorId)
    {
        var bytes = Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{occurredAt}\0{actionId}\0{actorId}"));
        return Math.Max(1, (uint)Murmur2.Hash(bytes));
    }

    /// <summary>What stands before a number in an event id: eight hexadecimal digits and a hyphen; nothing if any epoch fits.</summary>
    public static string Prefix(uint epoch) => epoch == Any ? "" : string.Create(CultureInfo.InvariantCulture, $"{epoch:x8}-");

    /// <summary>Takes the prefix off an event id; false if there is a hyphen and no epoch before it.</summary>
    public static bool TryTake(string id, out uint epoch, out string rest)
    {
        (epoch, rest) = (Any, id);
        if (id.IndexOf('-', StringComparison.Ordinal) is not (>= 0 and var hyphen))
            return true;
        rest = id[(hyphen + 1)..];
        return uint.TryParse(id.AsSpan(0, hyphen), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out epoch);
    }
}
