namespace StreamSocial.Cli.Topology;

/// <summary>Finds the AppHost that was built together with this tool.</summary>
internal static class AppHostLocator
{
    private const string Project = "StreamSocial.AppHost";

    /// <exception cref="ToolException">It is not where the build puts it.</exception>
    public static FileInfo Find(FileInfo? given)
    {
        // artifacts/bin/<project>/<configuration>
        var here = new DirectoryInfo(AppContext.BaseDirectory.TrimEnd(Path.DirectorySeparatorChar));
        var file = given ?? new FileInfo(Path.Combine(here.Parent?.Parent?.FullName ?? "", Project, here.Name, $"{Project}.dll"));
        return file.Exists
            ? file
            : throw new ToolException($"The AppHost is not at {file.FullName}. Build it ('dotnet build {Project} -c {here.Name}') or say where it is with --apphost.");
    }

    /// <summary>Folder for logs: <c>artifacts/logs</c> where this tool is in <c>artifacts/bin</c>, else the current folder.</summary>
    public static DirectoryInfo LogFolder()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (folder is { Name: "bin", Parent.Name: "artifacts" })
                return new DirectoryInfo(Path.Combine(folder.Parent.FullName, "logs"));
        }

        return new DirectoryInfo(Environment.CurrentDirectory);
    }
}
