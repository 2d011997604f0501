namespace StreamSocial.Docs.Tests.Prose;

/// <summary>The lines of a Markdown document, by what they are.</summary>
internal static class MarkdownText
{
    /// <summary>Lines within fences.</summary>
    public static IEnumerable<string> Fenced(IEnumerable<string> lines) => Split(lines).Where(line => line.IsFenced).Select(line => line.Text);

    /// <summary>Lines of prose with their numbers: no code, no tables.</summary>
    public static IEnumerable<(int Number, string Text)> Prose(IEnumerable<string> lines) =>
        Split(lines).Where(line => !line.IsFenced && !line.Text.TrimStart().StartsWith('|')).Select(line => (line.Number, line.Text));

    private static IEnumerable<(int Number, string Text, bool IsFenced)> Split(IEnumerable<string> lines)
    {
        var (fenced, number) = (false, 0);
        foreach (var line in lines)
        {
            number++;
            if (line.TrimStart().StartsWith("```", StringComparison.Ordinal))
                fenced = !fenced;
            else
                yield return (number, line, fenced);
        }
    }
}
