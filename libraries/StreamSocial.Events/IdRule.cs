namespace StreamSocial.Events;

/// <summary>
/// The rule for every id, of users, contents, actions and interactions, wherever one comes in. Ids are keys of records and of state, so their
/// length bounds both; and each can be said in JSON, in a path and in a log as the same text.
/// </summary>
public static class IdRule
{
    /// <summary>Longest id, in Unicode code points.</summary>
    public const int MaxChars = 64;

    /// <summary>Longest id, in bytes of UTF-8.</summary>
    public const int MaxBytes = 4 * MaxChars;

    /// <summary>The rule in words.</summary>
    public const string Text = "must be a string of 1 to 64 characters without control characters, and neither . nor .., which a path cannot name";

    /// <summary>Whether a text can be an id.</summary>
    public static bool IsValid(string? text)
    {
        // Servers, proxies and browsers take these two for folders in a path, also percent-encoded.
        if (string.IsNullOrEmpty(text) || text.Length > 2 * MaxChars || text is "." or "..")
            return false;
        var codePoints = text.Length;
        for (var i = 0; i < text.Length; i++)
        {
            if (char.IsControl(text[i]))
                return false;
            if (!char.IsSurrogate(text[i]))
                continue;
            // Half of a pair has no UTF-8.
            if (!char.IsHighSurrogate(text[i]) || ++i == text.Length || !char.IsLowSurrogate(text[i]))
                return false;
            codePoints--;
        }
        return codePoints <= MaxChars;
    }
}
