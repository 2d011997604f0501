using System.CommandLine;
using System.Globalization;
using Spectre.Console;
using StreamSocial.Alerts;
using StreamSocial.Alerts.State;
using StreamSocial.Cli.Output;
using StreamSocial.Cli.Topology;
using StreamSocial.Events;

namespace StreamSocial.Cli.Commands.Alerts;

/// <summary><c>alerts</c>: what fires and what was resolved, as the dashboard keeps it in topic <c>alerts</c>.</summary>
internal sealed class AlertsCommand : Command
{
    private const int MaxResolved = 20;

    private static readonly TimeSpan ReadTimeout = TimeSpan.FromSeconds(30);

    private readonly Option<string?> _bootstrap = SharedOptions.Bootstrap();
    private readonly Option<bool> _follow = new("--follow") { Description = "Go on with each change, until Ctrl-C." };
    private readonly Option<FileInfo?> _json = SharedOptions.Json();
    private readonly IAnsiConsole _console;

    public AlertsCommand(IAnsiConsole console)
        : base("alerts", "Show what fires and what was resolved, as the dashboard last kept it; exit code 1 while something fires that is not silenced.")
    {
        _console = console;
        // Shared with the commands below it: a validator of this one would refuse theirs.
        _bootstrap.Recursive = true;
        foreach (var option in new Option[] { _bootstrap, _follow, _json })
            Add(option);
        Add(new SilenceCommand(console, _bootstrap));
        Add(new UnsilenceCommand(console, _bootstrap));
        SetAction(RunAsync);
    }

    private async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        await using var json = ResultFile.Open(parsed.GetValue(_json));
        await using var reader = new TableReader<AlertEntry>(SharedOptions.CreateSettings(parsed.GetValue(_bootstrap)!), TopicNames.Alerts, AlertRecords.Read);
        await reader.StartAsync(cancellationToken);
        var alerts = AlertRecords.ToSet(await reader.ReadAsync(ReadTimeout, cancellationToken));
        var rows = AlertRow.From(alerts, TimeProvider.System.GetUtcNow(), MaxResolved);
        foreach (var row in rows)
            Write(row);
        foreach (var silence in alerts.Silences.Values.Where(silence => silence.Until > TimeProvider.System.GetUtcNow()))
            _console.MarkupLineInterpolated($"[grey]silence {silence.Id} until {silence.Until:yyyy-MM-dd HH:mm:ss} UTC by {silence.CreatedBy}: {string.Join(", ", silence.Matchers.Select(matcher => $"{matcher.Key}={matcher.Value}"))} {silence.Comment}[/]");
        if (rows.Count == 0)
            _console.MarkupLine("Nothing has fired yet. Does a dashboard run, which evaluates the rules?");
        await json.WriteAsync(rows, cancellationToken);
        if (parsed.GetValue(_follow))
            await FollowAsync(reader, rows, cancellationToken);
        return rows.Any(row => row.Status == "firing") ? ExitCodes.Failed : ExitCodes.Done;
    }

    private async Task FollowAsync(TableReader<AlertEntry> reader, IReadOnlyList<AlertRow> rows, CancellationToken cancellationToken)
    {
        var shown = rows.ToHashSet();
        await foreach (var entries in reader.FollowAsync(cancellationToken))
        {
            foreach (var row in AlertRow.From(AlertRecords.ToSet(entries), TimeProvider.System.GetUtcNow(), int.MaxValue))
            {
                if (shown.Add(row))
                    Write(row);
            }
        }
    }

    private void Write(AlertRow row)
    {
        var at = row.ResolvedAt ?? row.FiredAt;
        _console.MarkupLineInterpolated($"[grey]{at.ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture)} UTC[/] [bold]{row.Status,-8}[/] {row.Severity,-8} {row.Rule,-25} {row.Text}");
    }
}

/// <summary>Once that an alert fired.</summary>
/// <param name="Rule">Name of its rule.</param>
/// <param name="Severity"><c>critical</c> or <c>warning</c>.</param>
/// <param name="Status"><c>firing</c>, <c>silenced</c> or <c>resolved</c>.</param>
/// <param name="Labels">What distinguishes it from others of the rule.</param>
/// <param name="Text">What was wrong when it fired.</param>
/// <param name="FiredAt">When it fired.</param>
/// <param name="ResolvedAt">When it was resolved; null while it fires.</param>
internal sealed record AlertRow(string Rule, string Severity, string Status, string Labels, string Text, DateTimeOffset FiredAt, DateTimeOffset? ResolvedAt)
{
    /// <summary>The episodes of all alerts by their latest event, oldest first; the latest resolved ones only.</summary>
    public static IReadOnlyList<AlertRow> From(AlertSet alerts, DateTimeOffset now, int maxResolved)
    {
        var rows = alerts.Alerts.Values.SelectMany(alert => alert.Episodes.Select(episode => new AlertRow(
            alert.Rule,
            AlertLabels.Of(alert)[AlertLabels.Severity],
            episode.ResolvedAt is not null ? "resolved" : alerts.SilenceOf(alert, now) is null ? "firing" : "silenced",
            string.Join(", ", alert.Labels.Select(label => $"{label.Key}={label.Value}")),
            episode.Text, episode.FiredAt, episode.ResolvedAt))).ToList();
        return
        [
            .. rows.Where(row => row.ResolvedAt is not null).OrderByDescending(row => row.ResolvedAt).Take(maxResolved)
                .Concat(rows.Where(row => row.ResolvedAt is null))
                .OrderBy(row => row.ResolvedAt ?? row.FiredAt),
        ];
    }
}
