using System.Net.Http.Json;
using System.Text.Json;
using Spectre.Console;
using StreamSocial.Cli.Drills.Measuring;
using StreamSocial.Cli.Drills.Running;
using StreamSocial.Cli.Output;
using StreamSocial.Cli.Scaling;
using StreamSocial.Cli.Topology;
using StreamSocial.Cli.Verification;
using StreamSocial.Control;
using StreamSocial.Replay;

namespace StreamSocial.Cli.Drills.Spike;

/// <summary>
/// A crowd comes and leaves while the autoscaler is on: quiet, spike, quiet. Each policy gets a topology of its own and the same trace at the same rates.
/// Nobody else scales. While brokers and code are cold the autoscaler is paused: what it would decide then is not about the crowd.
/// </summary>
/// <param name="options">The spike.</param>
/// <param name="console">Progress.</param>
/// <param name="time">Clock and delays.</param>
internal sealed class SpikeDrill(SpikeOptions options, IAnsiConsole console, TimeProvider time)
{
    private static readonly TimeSpan SampleInterval = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan ReadTimeout = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan ReportInterval = TimeSpan.FromSeconds(5);

    /// <summary>Least time behind the spike for which a policy that is compared is watched, if it has not returned before.</summary>
    private static readonly TimeSpan ComparedAfter = TimeSpan.FromSeconds(120);

    public async Task<SpikeReport> RunAsync(CancellationToken cancellationToken)
    {
        var runs = new List<SpikeRun>();
        foreach (var policy in options.Policies)
        {
            // The others get as long as the first took, so that a slow machine is as slow for all.
            var after = runs is [var first, ..] ? TimeSpan.FromTicks(Math.Max(ComparedAfter.Ticks, (first.Samples[^1].At - first.SpikeEnds).Ticks)) : options.After;
            runs.Add(await RunAsync(policy, after, cancellationToken));
        }

        return new SpikeReport(options, runs);
    }

    private async Task<SpikeRun> RunAsync(string policy, TimeSpan after, CancellationToken cancellationToken)
    {
        console.MarkupLineInterpolated($"[bold]Policy {policy}[/]");
        var reference = new ReferenceModel();
        using var trace = new DrillTrace(options.OpenPart, limit: null, reference, time);
        await using var session = await TopologySession.StartAsync(options.TopologyFor(policy), console, time, cancellationToken);
        await using var decisions = await DecisionReader.StartAsync(session.Settings, cancellationToken);
        // The start of the topology does not wait for it.
        await session.Topology.WaitForStartAsync(TopologyRunner.Autoscaler, cancellationToken);
        var address = await session.Topology.ReadAddressAsync(TopologyRunner.Autoscaler, cancellationToken);
        using var unbounded = new HttpClient { Timeout = Timeout.InfiniteTimeSpan };
        var autoscaler = new OverrideClient(unbounded, address, session.Topology.ControlToken, time);
        await PauseAsync(autoscaler, cancellationToken);
        var clock = new DrillClock(time);
        var samples = new List<SpikeSample>();
        var acks = new AcknowledgementSeries(clock, new ReplayProgressLines(console));
        var replay = await ScriptedReplay.RunAsync(
            async token =>
            {
                await WatchAsync(session, address, autoscaler, clock, after, samples, token);
                trace.Stop();
            },
            token => session.ReplayAsync(
                trace,
                new ReplayPlan
                {
                    Phases = [new(options.QuietRate, options.Before), new(options.SpikeRate, options.Spike), new(options.QuietRate, TimeSpan.MaxValue)],
                    Workers = 16,
                    BatchSize = 200,
                    GiveUpAfter = options.StallTimeout,
                },
                acks,
                token),
            () => { },
            cancellationToken);
        await session.WaitUntilDrainedAsync(options.StallTimeout, cancellationToken);
        var outcome = await session.CompareAsync(reference, cancellationToken);
        return new SpikeRun
        {
            Policy = policy,
            Samples = samples,
            Decisions = [.. (await decisions.ReadAsync(ReadTimeout, cancellationToken)).Select(decision => SpikeDecision.From(decision, clock))],
            Outcome = outcome,
            Actions = replay.Actions,
            ExpectedActions = reference.Actions,
            Deliveries = reference.Deliveries,
            Retries = replay.Retries,
            AgeTarget = options.AgeTarget,
            SpikeBegins = options.Before,
            SpikeEnds = options.Before + options.Spike,
        };
    }

    /// <summary>Pauses the autoscaler as soon as it decides.</summary>
    /// <exception cref="ToolException">It does not decide in time.</exception>
    private async Task PauseAsync(OverrideClient autoscaler, CancellationToken cancellationToken)
    {
        var deadline = time.GetTimestamp() + (long)(options.StallTimeout.TotalSeconds * time.TimestampFrequency);
        while (true)
        {
            try
            {
                await autoscaler.SetAsync(new OverrideRequest("paused"), cancellationToken);
                return;
            }
            catch (ControlException e)
            {
                if (time.GetTimestamp() >= deadline)
                    throw new ToolException($"The autoscaler does not decide: {e.Message}", e);
                console.MarkupLineInterpolated($"[grey]waiting for the autoscaler: {e.Message}[/]");
            }
            await Task.Delay(ReportInterval, time, cancellationToken);
        }
    }

    /// <summary>Lets the autoscaler decide before the crowd comes, and samples until the crowd has left and one replica is there again, or the time is up.</summary>
    private async Task WatchAsync(
        TopologySession session, Uri address, OverrideClient autoscaler, DrillClock clock, TimeSpan after, List<SpikeSample> samples, CancellationToken cancellationToken)
    {
        using var http = new HttpClient { BaseAddress = address, Timeout = TimeSpan.FromSeconds(2) };
        var (leaves, nextReport, isPaused) = (options.Before + options.Spike, ReportInterval, true);
        while (clock.Now < leaves + after)
        {
            session.Topology.ThrowIfEnded();
            if (isPaused && clock.Now >= options.Before - options.Awake)
            {
                await autoscaler.ResumeAsync(cancellationToken);
                isPaused = false;
            }
            var generators = (await session.Topology.ReadResourcesAsync(cancellationToken)).Where(resource => resource.Name.StartsWith(TopologyRunner.FeedGeneratorPrefix, StringComparison.Ordinal)).ToArray();
            var latest = await ReadLatestAsync(http, cancellationToken);
            samples.Add(new SpikeSample(
                clock.Now,
                generators.Count(generator => generator.HasProcess),
                generators.Count(generator => generator.IsHealthy),
                Term(latest, "age.oldest_seconds"),
                Term(latest, "arrival.records_per_second"),
                Term(latest, "processed.records_per_second"),
                Term(latest, "backlog.records")));
            if (clock.Now >= nextReport)
            {
                nextReport = clock.Now + ReportInterval;
                var sample = samples[^1];
                console.MarkupLineInterpolated($"[grey]{TextFormat.Seconds(clock.Now)}[/] {sample.Ready} of {sample.Running} replicas ready, oldest record {Figure(sample.AgeSeconds)} s, {Figure(sample.Arrival)} records/s in, {Figure(sample.Processed)} processed, {Figure(sample.Backlog)} wait");
            }
            if (clock.Now > leaves && samples[^1] is { Running: 1, AgeSeconds: { } age } && age < options.AgeTarget.TotalSeconds)
                return;
            await Task.Delay(SampleInterval, time, cancellationToken);
        }
    }

    /// <summary>The autoscaler's latest decision; null when it did not answer.</summary>
    private static async Task<JsonElement?> ReadLatestAsync(HttpClient http, CancellationToken cancellationToken)
    {
        try
        {
            var document = await http.GetFromJsonAsync<JsonElement>("v1/decisions", cancellationToken);
            return document.TryGetProperty("latest", out var latest) && latest.ValueKind == JsonValueKind.Object ? latest : null;
        }
        catch (Exception e) when (e is HttpRequestException or JsonException || (e is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            return null;
        }
    }

    private static double? Term(JsonElement? latest, string name) =>
        latest is { } decision && decision.GetProperty("terms").TryGetProperty(name, out var value) ? value.GetDouble() : null;

    private static string Figure(double? value) => value is { } known ? known.ToString("N1", System.Globalization.CultureInfo.InvariantCulture) : "unknown";
}

/// <summary>The spike and what it meets.</summary>
internal sealed record SpikeOptions
{
    /// <summary>
    /// Follows that are sent before the part: some seconds of the quiet time in which the autoscaler is paused, and so few that their deliveries do not outweigh the crowd.
    /// </summary>
    private const int FollowsBefore = 500;

    public required TopologyOptions Topology { get; init; }

    /// <summary>Opens the trace of a round; each round has ids of its own.</summary>
    public required Func<int, ITraceSource> OpenTrace { get; init; }

    public required IReadOnlyList<string> Policies { get; init; }

    /// <summary>Actions per second before and after the spike.</summary>
    public double QuietRate { get; init; } = 100;

    /// <summary>Actions per second during it.</summary>
    public required double SpikeRate { get; init; }

    /// <summary>Entries per second that a replica may process.</summary>
    public required int Capacity { get; init; }

    /// <summary>Time before the spike, in which brokers and code become warm.</summary>
    public TimeSpan Before { get; init; } = TimeSpan.FromSeconds(45);

    /// <summary>How long before the spike the autoscaler begins to decide.</summary>
    public TimeSpan Awake { get; init; } = TimeSpan.FromSeconds(10);

    public TimeSpan Spike { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Longest time behind the spike for the first policy to return to one replica.</summary>
    public TimeSpan After { get; init; } = TimeSpan.FromSeconds(300);

    public TimeSpan AgeTarget { get; init; } = TimeSpan.FromSeconds(4);

    public TimeSpan StallTimeout { get; init; } = TimeSpan.FromMinutes(3);

    /// <summary>Events of the spike.</summary>
    public int SpikeEvents => (int)Math.Clamp(SpikeRate * Spike.TotalSeconds, 1, int.MaxValue);

    /// <summary>Opens what is sent of the trace of a round.</summary>
    public ITraceSource OpenPart(int round) => new BusiestPart(() => OpenTrace(round), SpikeEvents, FollowsBefore);

    public TopologyOptions TopologyFor(string policy) => Topology with
    {
        Log = new FileInfo(Path.ChangeExtension(Topology.Log.FullName, $".{policy}.log")),
        FurtherArguments =
        [
            "--Autoscaler:Enabled=true", $"--Autoscaler:Policy={policy}", $"--Autoscaler:AgeTarget={AgeTarget}", "--Autoscaler:StabilisationWindow=00:00:30",
            $"--FeedGenerators:MaxEntriesPerSecond={Capacity}", .. Topology.FurtherArguments,
        ],
    };
}
