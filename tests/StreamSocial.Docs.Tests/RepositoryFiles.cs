using System.Reflection;

namespace StreamSocial.Docs.Tests;

/// <summary>The repository that the tests were built from, and its documents.</summary>
internal static class RepositoryFiles
{
    public static string Root { get; } = typeof(RepositoryFiles).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>()
        .Single(attribute => attribute.Key == "RepositoryRoot").Value!;

    /// <summary>The README and everything in docs/, by path from the root.</summary>
    public static IEnumerable<string> Documents() =>
        Directory.EnumerateFiles(Path.Combine(Root, "docs"), "*.md", SearchOption.AllDirectories)
            .Select(path => Path.GetRelativePath(Root, path).Replace('\\', '/'))
            .Append("README.md")
            .Order(StringComparer.Ordinal);

    public static string[] ReadLines(string document) => File.ReadAllLines(Path.Combine(Root, document));
}
