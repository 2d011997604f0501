using System.CommandLine;
using System.Globalization;
using System.Text;
using Spectre.Console;
using StreamSocial.Cli.Commands;

namespace StreamSocial.Docs.Tests.Reference;

/// <summary>docs/reference/cli.md, from the command tree.</summary>
public sealed class CliReferenceTests
{
    private const string Introduction = """
        # Command line

        Generated from the commands; a test fails when it is out of date
        (`UPDATE_DOCS=1 dotnet test tests/StreamSocial.Docs.Tests` writes it again).

        `streamsocial` stands for `dotnet run -c Release --project tools/StreamSocial.Cli --`. Every command
        has `--help`. Exit codes: 0 done, or what was tried holds; 1 it does not hold; 2 it could not be
        tried: a wrong command line, a file that cannot be read or written, a cluster that is away, or a
        trace that is empty, cut or of another format. Results are opened before the work.

        """;

    [Fact]
    public void Reference_OfCommandLine_IsTheCommandTree()
    {
        var text = new StringBuilder(Introduction.ReplaceLineEndings("\n"));
        foreach (var command in CommandLine.CreateRoot(AnsiConsole.Console).Subcommands)
            Write(text, "streamsocial", command, []);

        GeneratedDocument.Verify("cli.md", text.ToString());
    }

    /// <param name="text">The document.</param>
    /// <param name="parent">The commands above.</param>
    /// <param name="command">The command.</param>
    /// <param name="inherited">Options of the commands above that this one takes too.</param>
    private static void Write(StringBuilder text, string parent, Command command, IReadOnlyCollection<Option> inherited)
    {
        var name = $"{parent} {command.Name}";
        text.Append(CultureInfo.InvariantCulture, $"\n## `{name}`\n\n| | |\n|---|---|\n| What it does | {GeneratedDocument.Cell(command.Description)} |\n");
        foreach (var argument in command.Arguments)
            text.Append(CultureInfo.InvariantCulture, $"| `{argument.HelpName ?? argument.Name}` | {GeneratedDocument.Cell(argument.Description)} |\n");
        Option[] options = [.. command.Options.Where(option => option is not System.CommandLine.Help.HelpOption), .. inherited];
        foreach (var option in options)
        {
            var usage = option.HelpName is { } value ? $"{option.Name} {value.Replace("|", "\\|")}" : option.Name;
            var required = option.Required ? " Required." : "";
            text.Append(CultureInfo.InvariantCulture, $"| `{usage}` | {GeneratedDocument.Cell(option.Description)}{Default(option)}{required} |\n");
        }

        foreach (var subcommand in command.Subcommands)
            Write(text, name, subcommand, [.. options.Where(option => option.Recursive)]);
    }

    /// <summary>A default that is not empty and does not come from this machine's environment.</summary>
    private static string Default(Option option) => option.HasDefaultValue && option.Name is not ("--bootstrap" or "--profile")
        && option.GetDefaultValue() is { } value and not Array and not false
            ? string.Create(CultureInfo.InvariantCulture, $" Default {value}.")
            : "";
}
