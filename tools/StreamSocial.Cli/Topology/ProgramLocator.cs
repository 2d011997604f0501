using System.Diagnostics;
using System.Reflection;
using Spectre.Console;

namespace StreamSocial.Cli.Topology;

/// <summary>Finds the programs that belong to this tool.</summary>
internal static class ProgramLocator
{
    public const string AppHost = "StreamSocial.AppHost";
    public const string Dashboard = "StreamSocial.Dashboard";
    public const string Ingest = "StreamSocial.Ingest";
    public const string FeedGenerator = "StreamSocial.FeedGenerator";

    /// <summary>Folders of the projects, below that of the solution.</summary>
    private static readonly string[] Folders = ["", "services"];

    /// <summary>Builds a program in the configuration of this tool where the sources are; it is built already where they are not.</summary>
    /// <param name="program">Name of its project.</param>
    /// <param name="console">Says what is built.</param>
    /// <param name="cancellationToken">Ends the build.</param>
    /// <exception cref="ToolException">It does not build, or is not where the build puts it.</exception>
    public static async Task<FileInfo> BuildAsync(string program, IAnsiConsole console, CancellationToken cancellationToken)
    {
        // artifacts/bin/<project>/<configuration>
        var here = new DirectoryInfo(AppContext.BaseDirectory.TrimEnd(Path.DirectorySeparatorChar));
        var assembly = new FileInfo(Path.Combine(here.Parent?.Parent?.FullName ?? "", program, here.Name, $"{program}.dll"));
        if (FindProject(program, here) is { } project)
        {
            // The AppHost refers to this tool, which creates the topics, so this tool's project cannot refer to it and what it starts.
            console.MarkupLineInterpolated($"Building {project.Name}");
            await RunBuildAsync(project, cancellationToken);
        }

        return assembly.Exists ? assembly : throw new ToolException($"{program} is not at {assembly.FullName}{(program == AppHost ? "; say where it is with --apphost." : ".")}");
    }

    private static FileInfo? FindProject(string program, DirectoryInfo from)
    {
        for (var folder = from; folder is not null; folder = folder.Parent)
        {
            foreach (var below in Folders)
            {
                var project = new FileInfo(Path.Combine(folder.FullName, below, program, $"{program}.csproj"));
                if (project.Exists)
                    return project;
            }
        }

        return null;
    }

    private static async Task RunBuildAsync(FileInfo project, CancellationToken cancellationToken)
    {
        // Spelt as this tool was built: 'release' after 'Release' makes MSBuild compile everything anew.
        var configuration = typeof(ProgramLocator).Assembly.GetCustomAttribute<AssemblyConfigurationAttribute>()!.Configuration;
        // Its output is not redirected: build servers that it leaves behind would keep a pipe open.
        var start = new ProcessStartInfo("dotnet", ["build", project.FullName, "--configuration", configuration, "--verbosity", "quiet", "--nologo"]);
        using var build = new Process { StartInfo = start };
        ChildProcess.Begin(build);
        try
        {
            await build.WaitForExitAsync(cancellationToken);
            if (build.ExitCode != 0)
                throw new ToolException($"{project.FullName} does not build; its errors are above.");
        }
        catch (OperationCanceledException)
        {
            build.Kill(entireProcessTree: true);
            throw;
        }
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
