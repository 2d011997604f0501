using System.Diagnostics;

namespace StreamSocial.Unit.Tests.Cli.Processes;

/// <summary>How a process ended.</summary>
internal sealed record ProcessResult(int ExitCode, string Output, string Error)
{
    /// <summary>Lines of standard error.</summary>
    public IReadOnlyList<string> ErrorLines { get; } = Error.Split('\n', StringSplitOptions.RemoveEmptyEntries);
}

/// <summary>Runs the programs as they were built, so that what a shell sees is tested: exit codes, pipes, closed outputs.</summary>
internal static class BuiltBinary
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(90);

    /// <summary>Runs a command line of bash; in it <c>$CLI</c> is the command line tool.</summary>
    public static Task<ProcessResult> ShellAsync(string commands, params (string Name, string Value)[] environment) =>
        RunAsync(new ProcessStartInfo("bash", ["-c", commands]), [("CLI", PathOf("StreamSocial.Cli", "streamsocial")), .. environment]);

    /// <summary>Runs a service or the AppHost.</summary>
    public static Task<ProcessResult> RunAsync(string project, params string[] arguments) =>
        RunAsync(new ProcessStartInfo("dotnet", [PathOf(project, $"{project}.dll"), .. arguments]), []);

    /// <summary>Where a program was built to.</summary>
    public static string PathOf(string project, string file)
    {
        var here = new DirectoryInfo(AppContext.BaseDirectory.TrimEnd(Path.DirectorySeparatorChar));
        return Path.Combine(here.Parent!.Parent!.FullName, project, here.Name, file);
    }

    private static async Task<ProcessResult> RunAsync(ProcessStartInfo start, IEnumerable<(string Name, string Value)> environment)
    {
        (start.RedirectStandardOutput, start.RedirectStandardError, start.WorkingDirectory) = (true, true, Path.GetTempPath());
        foreach (var (name, value) in environment)
            start.Environment[name] = value;
        using var process = Process.Start(start)!;
        try
        {
            var (output, error) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
            await process.WaitForExitAsync(TestContext.Current.CancellationToken).WaitAsync(Timeout, TestContext.Current.CancellationToken);
            return new ProcessResult(process.ExitCode, await output, await error);
        }
        catch (TimeoutException)
        {
            process.Kill(entireProcessTree: true);
            throw;
        }
    }
}
