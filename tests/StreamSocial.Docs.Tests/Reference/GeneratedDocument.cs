namespace StreamSocial.Docs.Tests.Reference;

/// <summary>A file of the repository that a test generates, and that must be what the test would write.</summary>
internal static class GeneratedDocument
{
    private const string Variable = "UPDATE_DOCS";

    /// <summary>Writes a document of docs/reference if <c>UPDATE_DOCS=1</c>; otherwise fails if it differs from <paramref name="content"/>.</summary>
    public static void Verify(string name, string content) => VerifyFile($"docs/reference/{name}", content);

    /// <summary>Writes a file if <c>UPDATE_DOCS=1</c>; otherwise fails if it differs from <paramref name="content"/>.</summary>
    /// <param name="file">Its path from the repository's root.</param>
    /// <param name="content">What it has to be.</param>
    public static void VerifyFile(string file, string content)
    {
        var path = Path.Combine(RepositoryFiles.Root, file);
        var expected = content.ReplaceLineEndings("\n");
        if (Environment.GetEnvironmentVariable(Variable) == "1")
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.WriteAllText(path, expected);
            return;
        }

        var actual = File.Exists(path) ? File.ReadAllText(path).ReplaceLineEndings("\n") : "";
        if (actual != expected)
            Assert.Fail($"{file} is out of date: {FirstDifference(expected, actual)}\nWrite it again: {Variable}=1 dotnet test tests/StreamSocial.Docs.Tests");
    }

    /// <summary>Text for a cell of a table.</summary>
    public static string Cell(string? text) => (text ?? "").Replace("|", "\\|").ReplaceLineEndings(" ");

    /// <summary>Prose in lines of at most 100 characters.</summary>
    public static string Wrap(string text)
    {
        var lines = new List<string> { "" };
        foreach (var word in text.Split(' '))
        {
            if (lines[^1].Length + word.Length >= 100)
                lines.Add(word);
            else
                lines[^1] = lines[^1].Length == 0 ? word : $"{lines[^1]} {word}";
        }
        return string.Join('\n', lines);
    }

    private static string FirstDifference(string expected, string actual)
    {
        var (wanted, found) = (expected.Split('\n'), actual.Split('\n'));
        var line = Enumerable.Range(0, Math.Max(wanted.Length, found.Length)).First(i => wanted.ElementAtOrDefault(i) != found.ElementAtOrDefault(i));
        return $"line {line + 1} is\n  {found.ElementAtOrDefault(line) ?? "(missing)"}\nand should be\n  {wanted.ElementAtOrDefault(line) ?? "(nothing)"}";
    }
}
