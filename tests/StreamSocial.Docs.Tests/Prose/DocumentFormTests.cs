using System.Text.RegularExpressions;

namespace StreamSocial.Docs.Tests.Prose;

/// <summary>What every document keeps: links that lead somewhere, and lines that fit.</summary>
public sealed partial class DocumentFormTests
{
    private const int LongestLine = 100;

    /// <summary>Screenshots are taken from a running topology; a checkout may be without them.</summary>
    private const string Images = "docs/images/";

    public static TheoryData<string> Documents => [.. RepositoryFiles.Documents()];

    [Theory]
    [MemberData(nameof(Documents))]
    public void Links_OfDocument_Resolve(string document)
    {
        var broken = new List<string>();
        foreach (var (number, text) in Split(document))
        {
            foreach (var target in Link().Matches(text).Select(match => match.Groups[1].Value).Where(target => !target.Contains("://", StringComparison.Ordinal)))
            {
                var parts = target.Split('#');
                var path = parts[0].Length == 0
                    ? document
                    : Path.GetRelativePath(RepositoryFiles.Root, Path.Combine(RepositoryFiles.Root, Path.GetDirectoryName(document)!, parts[0])).Replace('\\', '/');
                var full = Path.Combine(RepositoryFiles.Root, path);
                if (path.StartsWith(Images, StringComparison.Ordinal))
                    continue;
                if (!Path.Exists(full))
                    broken.Add($"line {number}: there is no {path}");
                else if (parts.Length == 2 && !Anchors(path).Contains(parts[1]))
                    broken.Add($"line {number}: {path} has no heading #{parts[1]}");
            }
        }

        Assert.Empty(broken);
    }

    [Theory]
    [MemberData(nameof(Documents))]
    public void Prose_OfDocument_FitsInItsLines(string document) =>
        Assert.Empty(MarkdownText.Prose(RepositoryFiles.ReadLines(document)).Where(line => line.Text.Length > LongestLine).Select(line => $"line {line.Number}: {line.Text.Length}"));

    private static IEnumerable<(int Number, string Text)> Split(string document) => RepositoryFiles.ReadLines(document).Select((text, index) => (index + 1, text));

    /// <summary>A heading's anchor, as GitHub makes it: lower case, punctuation dropped, dashes for spaces.</summary>
    private static HashSet<string> Anchors(string path) => [.. File.ReadLines(Path.Combine(RepositoryFiles.Root, path))
        .Where(line => line.StartsWith('#'))
        .Select(line => Punctuation().Replace(line.TrimStart('#').Trim().ToLowerInvariant(), "").Replace(' ', '-'))];

    [GeneratedRegex(@"\]\(([^)\s]+)\)")]
    private static partial Regex Link();

    [GeneratedRegex(@"[^\w\- ]")]
    private static partial Regex Punctuation();
}
