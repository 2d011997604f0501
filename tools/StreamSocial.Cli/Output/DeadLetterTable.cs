using System.Globalization;
using Spectre.Console;
using StreamSocial.Kafka.DeadLetters;

namespace StreamSocial.Cli.Output;

/// <summary>Shows dead letters.</summary>
internal static class DeadLetterTable
{
    public static void Write(IAnsiConsole console, IReadOnlyList<DeadLetter> letters)
    {
        if (letters.Count == 0)
        {
            console.MarkupLine("[green]No dead letters.[/]");
            return;
        }
        var table = new Table().AddColumns("Id", "Time", "Origin", "Offset", "Entry", "Tries", "Bytes", "Error");
        foreach (var letter in letters)
        {
            table.AddRow(
                Markup.Escape(letter.Id),
                letter.At.ToString("u", CultureInfo.InvariantCulture),
                Markup.Escape($"{letter.OriginTopic ?? "unknown"}/{Text(letter.OriginPartition)}"),
                Text(letter.OriginOffset),
                letter.OriginEntry == -1 ? "whole record" : Text(letter.OriginEntry),
                Text(letter.Tries),
                $"{letter.Bytes:N0}",
                Markup.Escape($"{letter.ErrorType ?? "unknown"}: {letter.ErrorMessage}"));
        }
        console.Write(table);
    }

    private static string Text(long? value) => value?.ToString(CultureInfo.InvariantCulture) ?? "unknown";
}
