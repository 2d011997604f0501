using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using Google.Protobuf;
using Spectre.Console;
using StreamSocial.Cli.Output;
using StreamSocial.Cli.Scaling;
using StreamSocial.Scaling;

namespace StreamSocial.Cli.Commands.Scaling;

/// <summary><c>decisions</c>: what the autoscaler decided, why, and what came of it.</summary>
internal sealed class DecisionsCommand : Command
{
    private static readonly TimeSpan ReadTimeout = TimeSpan.FromSeconds(30);

    private readonly Option<string?> _bootstrap = SharedOptions.Bootstrap();
    private readonly Option<bool> _follow = new("--follow") { Description = "Go on with each further decision, until Ctrl-C." };
    private readonly Option<bool> _terms = new("--terms") { Description = "Also show what each decision was made from." };
    private readonly Option<FileInfo?> _json = SharedOptions.Json();
    private readonly IAnsiConsole _console;

    public DecisionsCommand(IAnsiConsole console)
        : base("decisions", "Show the autoscaler's decisions: replicas before and after, reason, the orchestrator's answer, and the measured result.")
    {
        _console = console;
        foreach (var option in new Option[] { _bootstrap, _follow, _terms, _json })
            Add(option);
        SetAction(RunAsync);
    }

    private async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        await using var json = ResultFile.Open(parsed.GetValue(_json));
        var (follow, terms) = (parsed.GetValue(_follow), parsed.GetValue(_terms));
        await using var reader = await DecisionReader.StartAsync(SharedOptions.CreateSettings(parsed.GetValue(_bootstrap)!), cancellationToken);
        var decisions = await reader.ReadAsync(ReadTimeout, cancellationToken);
        foreach (var decision in decisions)
            Write(decision, terms);
        if (decisions.Count == 0 && !follow)
            _console.MarkupLine("No decision is recorded yet. Does an autoscaler run?");
        await json.WriteAsync(decisions.Select(ToJson), cancellationToken);
        if (!follow)
            return ExitCodes.Done;

        // A decision is written again when it was answered, and when its result is known.
        var shown = decisions.ToDictionary(decision => decision.DecisionId);
        await foreach (var current in reader.FollowAsync(cancellationToken))
        {
            foreach (var decision in current.Where(decision => !shown.TryGetValue(decision.DecisionId, out var before) || !before.Equals(decision)))
            {
                Write(decision, terms);
                shown[decision.DecisionId] = decision;
            }
        }
        return ExitCodes.Done;
    }

    /// <summary>A decision as the result file has it.</summary>
    public static JsonNode ToJson(ScalingDecision decision) => JsonNode.Parse(JsonFormatter.Default.Format(decision))!;

    private void Write(ScalingDecision decision, bool terms)
    {
        var at = DateTimeOffset.FromUnixTimeMilliseconds(decision.DecidedAt).ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture);
        var what = decision.Verdict switch
        {
            ScalingVerdict.ScaleOut or ScalingVerdict.ScaleIn => $"{decision.CurrentReplicas} -> {decision.DesiredReplicas}",
            _ when decision.Unknown.Contains("replicas") => "hold",
            _ => $"hold {decision.CurrentReplicas}",
        };
        _console.MarkupLineInterpolated($"[grey]{at}[/] [bold]{what,-8}[/] {decision.Cause,-14} {decision.Reason}");
        if (decision.HasActuation)
            _console.MarkupLineInterpolated($"                  {(decision.Accepted ? "done" : "NOT done")}: {decision.Actuation}");
        if (decision.Outcome is { } outcome)
            _console.MarkupLineInterpolated($"                  result: settled after {Seconds(outcome.HasSecondsToSettle, outcome.SecondsToSettle)}, fresh after {Seconds(outcome.HasSecondsToTarget, outcome.SecondsToTarget)}, oldest record {Seconds(outcome.HasWorstAgeSeconds, outcome.WorstAgeSeconds)}");
        if (terms)
            _console.MarkupLineInterpolated($"                  {string.Join(", ", decision.Terms.OrderBy(term => term.Key, StringComparer.Ordinal).Select(term => $"{term.Key} {term.Value.ToString("0.###", CultureInfo.InvariantCulture)}"))}");
        if (decision.Unknown.Count > 0)
            _console.MarkupLineInterpolated($"                  unknown: {string.Join(", ", decision.Unknown)}");
    }

    private static string Seconds(bool isKnown, double seconds) => isKnown ? seconds.ToString("0.0", CultureInfo.InvariantCulture) + " s" : "unknown";
}
