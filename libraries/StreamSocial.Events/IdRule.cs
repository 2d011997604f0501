namespace StreamSocial.Events;

/// <summary>
/// The rule for every id, of users, contents, actions and interactions, wherever one comes in. Ids are keys of records and of state, so their
/// length bounds both.
/// </summary>
public static class IdRule
{
    /// <summary>Longest id, in Unicode code points.</summary>
    public const int MaxChars = 64;

    /// <summary>Longest id, in bytes of UTF-8.</summary>
    public const int MaxBytes = 4 * MaxChars;

    /// <summary>The rule in words.</summary>
    public const string Text = "must be a string of 1 to 64 characters without control characters";

    /// <summary>Whether a text can be an id.</summary>
    public static bool IsValid(string? text)
    {
        if (string.IsNullOrEmpty(text) || text.Length > 2 * MaxChars)
            return false;
        var codePoints = text.Length;
        foreach (var unit in text)
        {
            if (char.IsControl(unit))
                return false;
            if (char.IsLowSurrogate(unit))
                codePoints--;
        }
        return codePoints <= MaxChars;
    }
}
