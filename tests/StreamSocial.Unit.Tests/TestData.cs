namespace StreamSocial.Unit.Tests;

/// <summary>Files that lie beside the tests and are embedded into their assembly.</summary>
internal static class TestData
{
    /// <summary>Lines of a file that is embedded by its name, without comments (#) and empty ones.</summary>
    public static string[] Lines(string fileName)
    {
        using var stream = typeof(TestData).Assembly.GetManifestResourceStream(fileName)
            ?? throw new FileNotFoundException($"{fileName} is not embedded; add it to the project file.");
        using var reader = new StreamReader(stream);
        return [.. reader.ReadToEnd().Split('\n').Select(line => line.TrimEnd('\r')).Where(line => line.Length > 0 && line[0] != '#')];
    }
}
