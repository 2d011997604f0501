using System.Text;

namespace StreamSocial.FeedGenerator.Codecs;

/// <summary>The order of stored texts, which is <see cref="string.CompareOrdinal(string, string)"/>'s, without decoding them.</summary>
internal static class Utf8Order
{
    /// <summary>Room that is enough for most ids.</summary>
    public const int StackBytes = 512;

    /// <summary>A text in UTF-8.</summary>
    /// <param name="text">The text.</param>
    /// <param name="buffer">Where it is put if it is long enough.</param>
    public static ReadOnlySpan<byte> Encode(string text, Span<byte> buffer)
    {
        var max = Encoding.UTF8.GetMaxByteCount(text.Length);
        var utf8 = max <= buffer.Length ? buffer : new byte[max];
        return utf8[..Encoding.UTF8.GetBytes(text, utf8)];
    }

    /// <summary>Compares two texts in UTF-8 as ordinals of UTF-16.</summary>
    public static int Compare(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right)
    {
        var common = left.CommonPrefixLength(right);
        if (common == left.Length || common == right.Length)
            return left.Length - right.Length;
        return Rank(left[common]) - Rank(right[common]);

        // Surrogates, of four bytes in UTF-8, come before the last code points of three bytes.
        static int Rank(byte unit) => unit is 0xEE or 0xEF ? unit + 0x10 : unit;
    }
}
