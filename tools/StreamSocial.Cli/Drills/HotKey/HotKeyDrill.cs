using Spectre.Console;
using StreamSocial.Cli.Drills.Measuring;
using StreamSocial.Cli.Drills.Running;
using StreamSocial.Cli.Output;
using StreamSocial.Cli.Topology;
using StreamSocial.Cli.Verification;
using StreamSocial.Streams.Membership;

namespace StreamSocial.Cli.Drills.HotKey;

/// <summary>
/// One content takes most of the load, more than one replica may process: once with ingest's salting off and once with it on, each in a topology of its own
/// with the same events at the same rates. The salted run also goes down to one replica, up and down again while the content is spread.
/// </summary>
/// <param name="options">The load and what it meets.</param>
/// <param name="console">Progress.</param>
/// <param name="time">Clock and delays.</param>
internal sealed class HotKeyDrill(HotKeyOptions options, IAnsiConsole console, TimeProvider time)
{
    private static readonly TimeSpan ReportInterval = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan SharePoll = TimeSpan.FromMilliseconds(250);

    public async Task<HotKeyReport> RunAsync(CancellationToken cancellationToken)
    {
        var plain = await RunAsync(isSalted: false, cancellationToken);
        return new HotKeyReport(options, plain, await RunAsync(isSalted: true, cancellationToken));
    }

    private async Task<HotKeyRun> RunAsync(bool isSalted, CancellationToken cancellationToken)
    {
        console.MarkupLineInterpolated($"[bold]Salting {(isSalted ? "on" : "off")}[/]");
        var reference = new ReferenceModel();
        using var events = new HotContentTrace(HotKeyOptions.HotShare, options.Seed, time.GetUtcNow()) { Rate = options.CalmRate };
        using var trace = new DrillTrace(_ => events, limit: null, reference, time);
        await using var session = await TopologySession.StartAsync(options.TopologyFor(isSalted), console, time, cancellationToken);
        var clock = new DrillClock(time);
        IReadOnlyList<PartitionLoad> partitions = [];
        List<int> steps = [];
        var replay = await ScriptedReplay.RunAsync(
            async token =>
            {
                await Task.Delay(options.WarmUp, time, token);
                partitions = await MeasureAsync(session, clock, events, token);
                if (isSalted)
                    await RescaleAsync(session, clock, steps, token);
                trace.Stop();
            },
            token => session.ReplayAsync(
                trace, new ReplayPlan { Speed = 1, Workers = 16, BatchSize = 500, GiveUpAfter = options.StallTimeout }, new ReplayProgressLines(console), token),
            () => { },
            cancellationToken);
        await session.WaitUntilDrainedAsync(options.StallTimeout, cancellationToken);
        return new HotKeyRun
        {
            IsSalted = isSalted,
            Partitions = partitions,
            RescaledTo = steps,
            Outcome = await session.CompareAsync(reference, cancellationToken),
            Events = replay.Actions + replay.Interactions,
            ExpectedEvents = reference.Actions + reference.Interactions,
            Retries = replay.Retries,
        };
    }

    private async Task<IReadOnlyList<PartitionLoad>> MeasureAsync(TopologySession session, DrillClock clock, HotContentTrace events, CancellationToken cancellationToken)
    {
        WriteProgress(clock, $"{options.Rate:N0} events/s, {HotKeyOptions.HotShare:P0} of them on one content; measuring for {TextFormat.Seconds(options.Window)} after {TextFormat.Seconds(options.Settle)}");
        events.Rate = options.Rate;
        var nextReport = clock.Now + ReportInterval;
        var loads = await new PartitionLoadMeter(session, time).MeasureAsync(options.Settle, options.Window, Report, cancellationToken);
        events.Rate = options.CalmRate;
        return loads;

        void Report(TopicReading reading)
        {
            if (clock.Now < nextReport)
                return;
            nextReport = clock.Now + ReportInterval;
            var oldest = reading.Partitions.Select((partition, number) => (Age: partition.OldestAge, Number: number)).MaxBy(partition => partition.Age ?? TimeSpan.Zero);
            WriteProgress(clock, $"the oldest record, in partition {oldest.Number}, waits for {DrillRows.Duration(oldest.Age)}");
        }
    }

    private async Task RescaleAsync(TopologySession session, DrillClock clock, List<int> steps, CancellationToken cancellationToken)
    {
        foreach (var replicas in new[] { 1, options.Replicas, 1 })
        {
            WriteProgress(clock, $"to {replicas} feed generators, with {options.CalmRate:N0} events/s");
            await session.Topology.ScaleAsync(replicas, cancellationToken);
            await WaitForSharesAsync(session, replicas, cancellationToken);
            steps.Add(replicas);
            await Task.Delay(options.AfterRescale, time, cancellationToken);
        }
    }

    private async Task WaitForSharesAsync(TopologySession session, int replicas, CancellationToken cancellationToken)
    {
        for (var start = time.GetTimestamp(); !Ownership.Of(session.Members.Members).IsSettled(replicas, session.InputPartitions);)
        {
            session.Topology.ThrowIfEnded();
            if (time.GetElapsedTime(start) > options.RecoveryTimeout)
                throw new NotHeldException($"{replicas} feed generators do not share all {session.InputPartitions.Count} partitions after {TextFormat.Seconds(options.RecoveryTimeout)}.");
            await Task.Delay(SharePoll, time, cancellationToken);
        }
    }

    private void WriteProgress(DrillClock clock, FormattableString text) =>
        console.MarkupLineInterpolated($"[grey]{TextFormat.Seconds(clock.Now)}[/] {text.ToString(System.Globalization.CultureInfo.InvariantCulture)}");
}

/// <summary>The load and what it meets.</summary>
internal sealed record HotKeyOptions
{
    /// <summary>Share of the events that concern the hot content.</summary>
    public const double HotShare = 0.9;

    public required TopologyOptions Topology { get; init; }

    /// <summary>Feed generators while it is measured.</summary>
    public required int Replicas { get; init; }

    /// <summary>Entries per second that a replica may process.</summary>
    public required int Capacity { get; init; }

    /// <summary>Events per second while it is measured.</summary>
    public required double Rate { get; init; }

    public required int Seed { get; init; }

    /// <summary>How long it is measured.</summary>
    public required TimeSpan Window { get; init; }

    /// <summary>Events per second before and after, which one replica can hold.</summary>
    public double CalmRate => Capacity / 2.0;

    /// <summary>Time with the calm rate before the load: compiled code is slow at first.</summary>
    public TimeSpan WarmUp { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Time under load before it is measured: ingest needs some to find the content hot, and the replicas to work off what came before.</summary>
    public TimeSpan Settle { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>Time after each change of the number of replicas.</summary>
    public TimeSpan AfterRescale { get; init; } = TimeSpan.FromSeconds(5);

    public TimeSpan RecoveryTimeout { get; init; } = TimeSpan.FromMinutes(3);

    public TimeSpan StallTimeout { get; init; } = TimeSpan.FromMinutes(3);

    public TopologyOptions TopologyFor(bool isSalted) => Topology with
    {
        Log = new FileInfo(Path.ChangeExtension(Topology.Log.FullName, isSalted ? ".salted.log" : ".plain.log")),
        FurtherArguments =
        [
            $"--Ingest:HotKeys:Enabled={(isSalted ? "true" : "false")}", $"--FeedGenerators:MaxEntriesPerSecond={Capacity}", .. Topology.FurtherArguments,
        ],
    };
}
