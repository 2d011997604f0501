using System.CommandLine;
using Spectre.Console;
using StreamSocial.Cli.Output;
using StreamSocial.Replay.Sending;
using StreamSocial.Replay.Synthetic;

namespace StreamSocial.Cli.Commands;

/// <summary><c>replay</c>: posts a trace to a running ingest.</summary>
internal sealed class ReplayCommand : Command
{
    private const string IngestVariable = "services__ingest__http__0";
    private readonly Option<string?> _ingest = new("--ingest")
    {
        Description = $"Base address of ingest; default from the environment variable {IngestVariable}.",
        HelpName = "URL",
        DefaultValueFactory = _ => Environment.GetEnvironmentVariable(IngestVariable),
    };

    private readonly Option<FileInfo?> _trace = SharedOptions.Trace();
    private readonly Option<int> _seed = SharedOptions.Seed("Seed of the synthetic network that is replayed without --trace.");
    private readonly Option<double?> _rate = SharedOptions.Positive("--rate", "Events per second; default as fast as ingest takes them.");
    private readonly Option<double?> _speed = SharedOptions.Positive("--speed", "Multiple of the trace's own speed; not together with --rate.");
    private readonly Option<long?> _limit = SharedOptions.Limit();
    private readonly Option<int> _workers = SharedOptions.Workers(8);
    private readonly Option<int> _batch = SharedOptions.Between("--batch", "Most events in a request, 1 to 10,000; ingest has its own limit.", 1, 10_000, 500);
    private readonly Option<FileInfo?> _json = SharedOptions.Json();
    private readonly IAnsiConsole _console;

    public ReplayCommand(IAnsiConsole console)
        : base("replay", "Post a trace, or a synthetic network with a viral moment, to a running ingest.")
    {
        _console = console;
        foreach (var option in new Option[] { _ingest, _trace, _seed, _rate, _speed, _limit, _workers, _batch, _json })
            Add(option);
        _ingest.Validators.Add(result =>
        {
            if (!Uri.TryCreate(result.GetValueOrDefault<string?>(), UriKind.Absolute, out var address) || address.Scheme is not ("http" or "https"))
                result.AddError($"Where is ingest? Give --ingest http://host:port or set {IngestVariable}.");
        });
        Validators.Add(result =>
        {
            if (result.GetResult(_rate) is not null && result.GetResult(_speed) is not null)
                result.AddError("--rate and --speed exclude each other.");
        });
        SetAction(RunAsync);
    }

    private async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        await using var json = ResultFile.Open(parsed.GetValue(_json));
        using var file = await TraceFile.OpenAsync(parsed.GetValue(_trace), cancellationToken);
        using var trace = TraceChoice.Open(
            file.Path, new SyntheticTraceOptions { Seed = parsed.GetValue(_seed) }, parsed.GetValue(_limit), TimeProvider.System.GetUtcNow());
        using var http = new HttpClient { BaseAddress = new Uri(parsed.GetValue(_ingest)!), Timeout = Timeout.InfiniteTimeSpan };
        var options = new ReplayOptions
        {
            Workers = parsed.GetValue(_workers),
            BatchSize = parsed.GetValue(_batch),
            Pace = parsed.GetValue(_rate) is { } rate ? ReplayPace.FixedRate(rate)
                : parsed.GetValue(_speed) is { } speed ? ReplayPace.TraceSpeed(speed)
                : ReplayPace.Unlimited,
        };

        _console.MarkupLineInterpolated($"Replaying {trace.Description} to {http.BaseAddress}: {options.Pace}");
        var result = await new Replayer(http, options, TimeProvider.System).RunAsync(trace, new ReplayProgressLines(_console), cancellationToken);
        Print(result);
        await json.WriteAsync(result, cancellationToken);
        return ExitCodes.Done;
    }

    private void Print(ReplayResult result)
    {
        var table = new Table().AddColumns("Replay", "").HideHeaders();
        table.AddRow("actions", $"{result.Actions:N0}");
        table.AddRow("views, impressions, clicks", $"{result.Interactions:N0}");
        table.AddRow("time", TextFormat.Seconds(result.Elapsed));
        table.AddRow("events/s", TextFormat.Number(result.Rate));
        table.AddRow("requests, retries", $"{result.Requests:N0}, {result.Retries:N0}");
        table.AddRow("latency of a request, p50 / p99 / max",
            $"{TextFormat.Milliseconds(result.LatencyP50)} / {TextFormat.Milliseconds(result.LatencyP99)} / {TextFormat.Milliseconds(result.LatencyMax)}");
        _console.Write(table);
    }
}
