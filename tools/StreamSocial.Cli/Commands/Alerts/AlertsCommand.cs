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

    /// <summary>How soon a silence that runs out is seen: no record tells of it.</summary>
    private static readonly TimeSpan ClockInterval = TimeSpan.FromSeconds(1);

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
        await using var reader = CreateReader(parsed.GetValue(_bootstrap)!);
        var (alerts, now) = (await ReadAsync(reader, cancellationToken), TimeProvider.System.GetUtcNow());
        var rows = AlertRow.From(alerts, now, MaxResolved);
        foreach (var row in rows)
            Write(row);
        foreach (var silence in alerts.Silences.Values.Where(silence => silence.Until > now))
            _console.MarkupLineInterpolated($"[grey]silence {silence.Id} until {silence.Until:yyyy-MM-dd HH:mm:ss} UTC by {silence.CreatedBy}: {string.Join(", ", silence.Matchers.Select(matcher => $"{matcher.Key}={matcher.Value}"))} {silence.Comment}[/]");
        if (rows.Count == 0)
            _console.MarkupLine("Nothing has fired yet. Does a dashboard run, which evaluates the rules?");
        await json.WriteAsync(rows, cancellationToken);
        if (parsed.GetValue(_follow))
            await FollowAsync(reader, new AlertChanges(AlertRow.From(alerts, now, int.MaxValue)), cancellationToken);
        return rows.Any(row => row.Status == "firing") ? ExitCodes.Failed : ExitCodes.Done;
    }

    /// <summary>Reads topic <c>alerts</c> once it was started.</summary>
    public static TableReader<AlertEntry> CreateReader(string bootstrap) => new(SharedOptions.CreateSettings(bootstrap), TopicNames.Alerts, AlertRecords.Read);

    /// <summary>Starts a reader, and reads what there is.</summary>
    /// <exception cref="TopicReadException">The topic cannot be read.</exception>
    public static async Task<AlertSet> ReadAsync(TableReader<AlertEntry> reader, CancellationToken cancellationToken)
    {
        await reader.StartAsync(cancellationToken);
        return AlertRecords.ToSet(await reader.ReadAsync(ReadTimeout, cancellationToken));
    }

    private async Task FollowAsync(TableReader<AlertEntry> reader, AlertChanges changes, CancellationToken cancellationToken)
    {
        await foreach (var entries in reader.FollowAsync(ClockInterval, cancellationToken))
        {
            foreach (var row in changes.Take(AlertRow.From(AlertRecords.ToSet(entries), TimeProvider.System.GetUtcNow(), int.MaxValue)))
                Write(row);
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

/// <summary>What of the rows is new since they were last looked at.</summary>
/// <param name="shown">Those that are known.</param>
internal sealed class AlertChanges(IReadOnlyList<AlertRow> shown)
{
    private Dictionary<(string Rule, string Labels, DateTimeOffset FiredAt), string> _statuses = StatusesOf(shown);

    /// <summary>Takes the rows as they are now.</summary>
    /// <returns>Those that are new or have another status than before, in their order.</returns>
    public IReadOnlyList<AlertRow> Take(IReadOnlyList<AlertRow> rows)
    {
        AlertRow[] changed = [.. rows.Where(row => _statuses.GetValueOrDefault(KeyOf(row)) != row.Status)];
        _statuses = StatusesOf(rows);
        return changed;
    }

    private static (string Rule, string Labels, DateTimeOffset FiredAt) KeyOf(AlertRow row) => (row.Rule, row.Labels, row.FiredAt);

    private static Dictionary<(string Rule, string Labels, DateTimeOffset FiredAt), string> StatusesOf(IReadOnlyList<AlertRow> rows)
    {
        var statuses = new Dictionary<(string Rule, string Labels, DateTimeOffset FiredAt), string>();
        foreach (var row in rows)
            statuses[KeyOf(row)] = row.Status;
        return statuses;
    }
}
