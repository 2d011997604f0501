namespace StreamSocial.Unit.Tests.Replay;

/// <summary>The real trace, where it is.</summary>
internal static class SharedData
{
    private const string RelativePath = "shared/data/higgs-activity_time.txt.gz";

    /// <summary>Its path; skips the test, with the reason, where the file is not beside the project.</summary>
    public static string RequireTrace()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            var path = Path.Combine(folder.FullName, RelativePath);
            if (File.Exists(path))
                return path;
        }

        Assert.Skip($"The Higgs trace is not there: no folder above the tests has {RelativePath}.");
        return "";
    }
}
