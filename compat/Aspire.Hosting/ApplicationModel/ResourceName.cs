namespace Aspire.Hosting.ApplicationModel;

internal static class ResourceName
{
    /// <summary>Names become host names and environment variables, hence Aspire's rule: letters, digits and hyphens, starting with a letter.</summary>
    public static string Validated(string name)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        if (name.Length > 64 || !char.IsAsciiLetter(name[0]) || !name.All(c => char.IsAsciiLetterOrDigit(c) || c == '-'))
            throw new ArgumentException($"'{name}' is no resource name: at most 64 ASCII letters, digits and hyphens, starting with a letter.", nameof(name));

        return name;
    }
}
