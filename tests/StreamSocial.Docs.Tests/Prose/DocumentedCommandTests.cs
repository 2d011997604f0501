using System.Diagnostics;
using System.Text.RegularExpressions;
using Spectre.Console;
using StreamSocial.Cli.Commands;

namespace StreamSocial.Docs.Tests.Prose;

/// <summary>The commands in the documents' fenced blocks: all of them parse, and those that are quick run.</summary>
public sealed partial class DocumentedCommandTests
{
    /// <summary>Commands that need no cluster and end within seconds.</summary>
    private static readonly string[] Quick = ["plan", "partitions compare", "drill simulate"];

    public static TheoryData<string, string> Commands => Rows(_ => true);

    public static TheoryData<string, string> QuickCommands =>
        Rows(command => Quick.Any(quick => command.StartsWith(quick, StringComparison.Ordinal)) || command.Contains("--help", StringComparison.Ordinal));

    [Fact]
    public void Documents_ShowEveryTopCommand()
    {
        var root = CommandLine.CreateRoot(AnsiConsole.Console);
        var shown = All().Select(found => found.Command.Split(' ')[0]).ToHashSet();

        Assert.Superset(root.Subcommands.Select(command => command.Name).ToHashSet(), shown);
    }

    [Theory]
    [MemberData(nameof(Commands))]
    public void Command_InDocument_Parses(string document, string command)
    {
        using var trace = new TemporaryTrace();

        var errors = CommandLine.CreateRoot(AnsiConsole.Console).Parse(trace.Use(command)).Errors.Select(error => error.Message);

        Assert.True(!errors.Any(), $"{document}: streamsocial {command}: {string.Join(' ', errors)}");
    }

    [Theory]
    [MemberData(nameof(QuickCommands))]
    public async Task QuickCommand_InDocument_Ends(string document, string command)
    {
        using var trace = new TemporaryTrace();
        var start = new ProcessStartInfo(Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet") { RedirectStandardOutput = true, RedirectStandardError = true };
        start.ArgumentList.Add(Path.Combine(AppContext.BaseDirectory, "streamsocial.dll"));
        foreach (var argument in trace.Use(command))
            start.ArgumentList.Add(argument);

        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        var errors = await process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);

        // A comparison answers 1 when the keys are spread too unevenly; a crash and a wrong command line have other codes and write to standard error.
        var allowed = command.StartsWith("partitions compare", StringComparison.Ordinal) ? new[] { 0, 1 } : [0];
        Assert.True(allowed.Contains(process.ExitCode) && errors.Length == 0, $"{document}: streamsocial {command} ended with {process.ExitCode}: {errors}");
        Assert.NotEmpty(await output);
    }

    private static TheoryData<string, string> Rows(Func<string, bool> isWanted)
    {
        var rows = new TheoryData<string, string>();
        foreach (var (document, command) in All().Where(found => isWanted(found.Command)))
            rows.Add(document, command);
        return rows;
    }

    private static IEnumerable<(string Document, string Command)> All()
    {
        foreach (var document in RepositoryFiles.Documents().Where(document => document != "docs/reference/cli.md"))
        {
            foreach (var line in MarkdownText.Fenced(RepositoryFiles.ReadLines(document)))
            {
                if (Invocation().Match(line) is { Success: true } match)
                    yield return (document, Comment().Replace(match.Groups[1].Value, "").Trim());
            }
        }
    }

    [GeneratedRegex(@"^\s*(?:dotnet run (?:-c Release )?--project tools/StreamSocial\.Cli --|streamsocial)\s+(.+)$")]
    private static partial Regex Invocation();

    [GeneratedRegex(@"\s+#.*$")]
    private static partial Regex Comment();

    /// <summary>A small trace in place of the one that a document names.</summary>
    private sealed class TemporaryTrace : IDisposable
    {
        private readonly string _path = Path.GetTempFileName();

        public TemporaryTrace() =>
            File.WriteAllLines(_path, Enumerable.Range(0, 200).Select(i => $"{1 + (i * 7 % 50)} {1 + (i * 3 % 40)} {1_341_100_972 + i} RT").Where(line => line.Split(' ') is var parts && parts[0] != parts[1]));

        public string[] Use(string command)
        {
            var arguments = System.CommandLine.Parsing.CommandLineParser.SplitCommandLine(command).ToArray();
            for (var i = 1; i < arguments.Length; i++)
            {
                if (arguments[i - 1] == "--trace")
                    arguments[i] = _path;
            }
            return arguments;
        }

        public void Dispose() => File.Delete(_path);
    }
}
