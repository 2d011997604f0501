using System.Globalization;
using Spectre.Console;
using StreamSocial.Cli.Tasks;

namespace StreamSocial.Cli.Output;

/// <summary>Shows the tasks that stopped alone.</summary>
internal static class FailedTaskTable
{
    public static void Write(IAnsiConsole console, IReadOnlyCollection<FailedTaskDocument> tasks)
    {
        if (tasks.Count == 0)
        {
            console.MarkupLine("No task has failed.");
            return;
        }

        var table = new Table().AddColumns("Task", "Member", "Since", "Failures", "Next try", "Reason");
        foreach (var task in tasks)
        {
            table.AddRow(
                Markup.Escape(task.Name),
                Markup.Escape(task.MemberId),
                Time(task.FailedAt),
                $"{task.Failures:N0}",
                task.NextTryAt is { } next ? Time(next) : "none",
                Markup.Escape(task.Reason));
        }
        console.Write(table);
    }

    private static string Time(DateTimeOffset time) => time.ToString("u", CultureInfo.InvariantCulture);
}
