using System.Text.Json.Serialization;
using Spectre.Console;
using StreamSocial.Cli.Clients;
using StreamSocial.Cli.Drills.EventStreams;
using StreamSocial.Cli.Drills.Measuring;
using StreamSocial.Cli.Drills.Running;
using StreamSocial.Cli.Output;

namespace StreamSocial.Cli.Drills.Rolling;

/// <summary>What came of replacing every process.</summary>
/// <param name="Summary">What every drill reports.</param>
/// <param name="Replicas">Feed generators.</param>
/// <param name="WantedRounds">How often each process had to be replaced.</param>
/// <param name="Replacements">What was replaced, in order.</param>
/// <param name="Posts">What the requests to ingest came to.</param>
/// <param name="Clients">What all others saw.</param>
internal sealed record RollingReport(
    DrillSummary Summary, int Replicas, int WantedRounds, IReadOnlyList<Replacement> Replacements, RequestFigures Posts, ClientFindings Clients) : IDrillReport
{
    /// <summary>Ingest, the autoscaler and the dashboard.</summary>
    private const int OtherServices = 3;

    /// <summary>Errors that remained for clients of all kinds.</summary>
    [JsonInclude]
    public long Errors => Posts.Errors + Clients.Readings.Requests.Errors + Clients.StreamRequests.Errors + Clients.DashboardRequests.Errors;

    /// <summary>Whether everything was replaced, and each process ended by itself.</summary>
    [JsonInclude]
    public bool ReplacedAll => Replacements.Count == WantedRounds * (Replicas + OtherServices) && Replacements.All(replacement => replacement.EndedInGoodOrder);

    [JsonInclude]
    public bool Passed => Summary.IsEqual && ReplacedAll
        && Posts.AreClean && Clients.Readings.Requests.AreClean && Clients.StreamRequests.AreClean && Clients.DashboardRequests.AreClean
        && Clients.Readings.NeverWentBackwards
        && Clients.Streams is { SawEverythingOnce: true, Received: > 0 }
        && Clients.DashboardReconnections >= WantedRounds;
}

/// <summary>Shows what came of replacing every process.</summary>
internal static class RollingTable
{
    public static void Write(IAnsiConsole console, RollingReport report)
    {
        DrillRows.WriteSummary(console, report.Summary, rateMatters: false);
        console.Write(Replacements(report));
        var clients = report.Clients;
        var requests = new Table().AddColumns("Clients", "Answered", "Asked again", "because of", "Longest wait", "Errors");
        AddRequests(requests, "post", report.Posts);
        AddRequests(requests, "read a feed", clients.Readings.Requests);
        AddRequests(requests, "follow a feed", clients.StreamRequests);
        AddRequests(requests, "dashboard", clients.DashboardRequests);
        console.Write(requests);
        var seen = new Table().AddColumns("What clients saw", "").HideHeaders();
        seen.AddRow("client-visible errors", Zero(report.Errors));
        FeedReadingRows.AddTo(seen, clients.Readings);
        StreamTable.AddStreams(seen, clients.Streams);
        seen.AddRow("dashboard connected again", $"{clients.DashboardReconnections:N0} times");
        console.Write(seen);
        foreach (var example in new[] { report.Posts, clients.Readings.Requests, clients.StreamRequests, clients.DashboardRequests }.SelectMany(figures => figures.Examples)
            .Concat(clients.Readings.Examples).Concat(clients.Streams.Examples))
            console.MarkupLineInterpolated($"[red]{example}[/]");
        DrillRows.WriteVerdict(console, report.Passed);
    }

    private static Table Replacements(RollingReport report)
    {
        var table = new Table().AddColumns("Round", "Replaced", "At", "Ended with", "Ended after", "Healthy after", "Settled after", "Longest pause", "Longest gap of acknowledgements", "Asked again");
        foreach (var replacement in report.Replacements)
        {
            table.AddRow(
                $"{replacement.Round}",
                replacement.Service,
                TextFormat.Seconds(replacement.At),
                DrillRows.Cell(replacement.EndedInGoodOrder, Replacement.Describe(replacement.ExitCode)),
                TextFormat.Seconds(replacement.StoppedAfter),
                TextFormat.Seconds(replacement.HealthyAfter),
                TextFormat.Seconds(replacement.SettledAfter),
                TextFormat.Milliseconds(replacement.LongestPause),
                TextFormat.Milliseconds(replacement.LongestAckGap),
                $"{replacement.Repeats:N0}");
        }

        return table;
    }

    private static void AddRequests(Table table, string kind, RequestFigures figures) => table.AddRow(
        kind,
        $"{figures.Answered:N0}",
        $"{figures.Repeats:N0}",
        Markup.Escape(string.Join(", ", figures.RepeatsByReason.Select(reason => $"{reason.Key} {reason.Value:N0}"))),
        DrillRows.Cell(figures.LongestWait <= ClientRules.RepeatFor, figures.LongestWait is { } wait ? TextFormat.Seconds(wait) : "unknown"),
        Zero(figures.Errors));

    private static string Zero(long count) => DrillRows.Cell(count == 0, $"{count:N0}");
}
