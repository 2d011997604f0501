using Spectre.Console;
using StreamSocial.Cli.Drills.Measuring;
using StreamSocial.Cli.Output;
using StreamSocial.Cli.Topology;
using StreamSocial.Cli.Verification;

namespace StreamSocial.Cli.Drills.Running;

/// <summary>
/// The frame of every drill: starts the topology, sends the trace at its rate, lets the script disturb it, ends the trace when the script
/// has ended, and compares everything with the reference.
/// </summary>
/// <param name="options">What all drills have in common.</param>
/// <param name="console">Progress.</param>
/// <param name="time">Clock and delays.</param>
/// <param name="delivered">Told of what each feed must take, in order; null when nobody wants to know.</param>
/// <param name="posts">Takes what the requests to ingest came to; null when nobody wants to know.</param>
internal sealed class DrillRun(
    DrillOptions options, IAnsiConsole console, TimeProvider time, Action<string, ReferenceEntry>? delivered = null, RequestLog? posts = null)
{
    /// <summary>Resolution of the gaps between acknowledgements.</summary>
    private static readonly TimeSpan AckResolution = TimeSpan.FromMilliseconds(25);

    /// <summary>Share of the rate, taken since the beginning, from which on nothing is behind.</summary>
    private const double CaughtUpShare = 0.98;

    private static readonly TimeSpan WarmUpPoll = TimeSpan.FromMilliseconds(250);

    /// <param name="script">What happens while the trace runs.</param>
    /// <param name="beforeTrace">What happens before the trace begins; what it starts is the caller's, and outlives the topology by a moment.</param>
    /// <param name="afterwards">What happens when everything is processed and compared, while the topology still runs.</param>
    /// <param name="cancellationToken">Ends the drill; everything is cleaned up.</param>
    /// <exception cref="ToolException">The topology does not start, or too few actions are due for a steady state.</exception>
    public async Task<DrillSummary> RunAsync(
        Func<DrillContext, CancellationToken, Task> script,
        Func<TopologySession, CancellationToken, Task>? beforeTrace,
        Func<TopologySession, CancellationToken, Task>? afterwards,
        CancellationToken cancellationToken)
    {
        SteadyState.ThrowIfTooShort(options.Rate, options.SteadyTime);
        var reference = new ReferenceModel() { Delivered = delivered };
        using var trace = new DrillTrace(options.OpenTrace, options.Actions, reference, time);
        await using var session = await TopologySession.StartAsync(options.Topology, console, time, cancellationToken);
        if (beforeTrace is not null)
            await beforeTrace(session, cancellationToken);

        var clock = new DrillClock(time);
        SteadyState? steady = null;
        var acks = new AcknowledgementSeries(clock, new ReplayProgressLines(console));
        await using var sampler = new PartitionSampler(session, clock, time);
        var scriptEnded = false;
        var replay = await ScriptedReplay.RunAsync(
            async token =>
            {
                steady = await MeasureSteadyStateAsync(session, clock, sampler, acks, token);
                await script(new DrillContext(options, session, clock, sampler, acks, steady, new Random(options.Seed), console, time), token);
                scriptEnded = true;
                trace.Stop();
            },
            token => session.ReplayAsync(
                trace,
                new ReplayPlan { Rate = options.Rate, Workers = options.Workers, BatchSize = options.BatchSize, GiveUpAfter = options.StallTimeout, ProgressInterval = AckResolution },
                acks,
                token,
                posts is null ? null : new PostMonitor(posts, cancellationToken)),
            () =>
            {
                if (!scriptEnded)
                    throw new ToolException($"The trace ended after {reference.Actions:N0} actions, before the drill did: give more --actions, or leave them to the drill.");
            },
            cancellationToken);

        console.MarkupLineInterpolated($"All {replay.Actions:N0} actions are acknowledged; waiting until they are applied");
        await session.WaitUntilDrainedAsync(options.StallTimeout, cancellationToken);
        var outcome = await session.CompareAsync(reference, cancellationToken, options.ReadBack);
        if (afterwards is not null)
            await afterwards(session, cancellationToken);
        return new DrillSummary
        {
            Trace = trace.Description,
            Topology = options.Describe(session.Profile.ToString().ToLowerInvariant()),
            Seed = options.Seed,
            WantedRate = options.Rate,
            FullShare = options.FullShare,
            Steady = steady!,
            Actions = replay.Actions,
            ExpectedActions = reference.Actions,
            Deliveries = reference.Deliveries,
            Replay = replay,
            Outcome = outcome,
            PeakBytes = session.Topology.Usage.PeakBytes,
            StolenShare = session.Topology.Usage.StolenShare,
            Processes = session.Topology.Usage.ReadKinds(),
            Hardware = Hardware.Describe(),
        };
    }

    private async Task<SteadyState> MeasureSteadyStateAsync(
        TopologySession session, DrillClock clock, PartitionSampler sampler, AcknowledgementSeries acks, CancellationToken cancellationToken)
    {
        await WarmUpAsync(session, clock, sampler, cancellationToken);
        console.MarkupLineInterpolated($"[grey]{TextFormat.Seconds(clock.Now)}[/] measuring the steady state for {TextFormat.Seconds(options.SteadyTime)}");
        return await SteadyState.MeasureAsync(clock, sampler, acks, options.SteadyTime, console, time, cancellationToken);
    }

    /// <summary>
    /// Waits until the trace has caught up with its rate: what fell behind while all was cold is sent faster, which is no steady state. A rate that is never
    /// reached is beyond the machine, and there is nothing to wait for.
    /// </summary>
    private async Task WarmUpAsync(TopologySession session, DrillClock clock, PartitionSampler sampler, CancellationToken cancellationToken)
    {
        while (sampler.ReadActions(actions => actions.AverageRate) is not { } average || average < CaughtUpShare * options.Rate)
        {
            session.Topology.ThrowIfEnded();
            sampler.ThrowIfFailed();
            var hasReachedRate = sampler.ReadActions(actions => actions.LatestRate(options.SteadyTime)) >= options.FullShare * options.Rate;
            if (clock.Now >= options.WarmUpTimeout + (hasReachedRate ? options.CatchUpTimeout : TimeSpan.Zero))
                return;
            await Task.Delay(WarmUpPoll, time, cancellationToken);
        }
    }
}
