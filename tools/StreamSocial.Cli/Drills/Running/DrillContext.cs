using Spectre.Console;
using StreamSocial.Cli.Drills.Measuring;
using StreamSocial.Cli.Output;
using StreamSocial.Cli.Verification;

namespace StreamSocial.Cli.Drills.Running;

/// <summary>What the script of a drill works with while the trace runs.</summary>
internal sealed record DrillContext(
    DrillOptions Options, TopologySession Session, DrillClock Clock, PartitionSampler Sampler, AcknowledgementSeries Acks, SteadyState Steady, Random Random, IAnsiConsole Console, TimeProvider Time)
{
    private static readonly TimeSpan PollInterval = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan ReportInterval = TimeSpan.FromSeconds(5);

    /// <summary>Time over which a rate is taken, and for which the topology must be calm.</summary>
    public static TimeSpan Window { get; } = TimeSpan.FromSeconds(2);

    /// <summary>Longest pause of a partition that is nothing special.</summary>
    public TimeSpan OrdinaryPause { get; } = new[] { TimeSpan.FromSeconds(1), 3 * (Steady.PauseP99 ?? TimeSpan.Zero) }.Max();

    public void WriteProgress(FormattableString text) => Console.MarkupLineInterpolated($"[grey]{TextFormat.Seconds(Clock.Now)}[/] {text.ToString(System.Globalization.CultureInfo.InvariantCulture)}");

    public Task DelayAsync(TimeSpan time, CancellationToken cancellationToken) => Task.Delay(time, Time, cancellationToken);

    /// <summary>Measures how the topology does now, after what was done to it so far.</summary>
    public Task<SteadyState> MeasureSteadyStateAsync(CancellationToken cancellationToken) =>
        SteadyState.MeasureAsync(Clock, Sampler, Acks, Options.SteadyTime, Console, Time, cancellationToken);

    /// <summary>Waits until no partition has paused unusually long for a while.</summary>
    /// <exception cref="NotHeldException">That did not come about in time.</exception>
    public async Task WaitUntilCalmAsync(CancellationToken cancellationToken)
    {
        var calmSince = Clock.Now;
        await WaitUntilAsync("all partitions go on", () =>
        {
            if (Sampler.ReadOpenPauses().Any(pause => pause.Length > OrdinaryPause))
                calmSince = Clock.Now;
            return Clock.Now - calmSince >= Window;
        }, cancellationToken);
    }

    /// <summary>Changes the number of feed generators and waits until each has its share and all partitions go on.</summary>
    public async Task RescaleAsync(int replicas, CancellationToken cancellationToken)
    {
        await Session.Topology.ScaleAsync(replicas, cancellationToken);
        await WaitForSharesAsync(replicas, cancellationToken);
    }

    /// <summary>Waits until so many feed generators are healthy and each has its share and goes on.</summary>
    public async Task WaitForGeneratorsAsync(int replicas, CancellationToken cancellationToken)
    {
        await Session.Topology.WaitForGeneratorsAsync(replicas, cancellationToken);
        await WaitForSharesAsync(replicas, cancellationToken);
    }

    private async Task WaitForSharesAsync(int replicas, CancellationToken cancellationToken)
    {
        await WaitUntilAsync(
            $"{replicas} feed generators have restored all partitions", () => Ownership.Of(Session.Members.Members).IsSettled(replicas, Session.InputPartitions), cancellationToken);
        await WaitUntilCalmAsync(cancellationToken);
    }

    /// <summary>Waits until something is so, for as long as the topology may take to recover.</summary>
    /// <param name="expected">What is waited for, to say so when it does not happen.</param>
    /// <param name="isReached">Asked again and again.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public async Task WaitUntilAsync(string expected, Func<bool> isReached, CancellationToken cancellationToken)
    {
        var start = Clock.Now;
        var nextReport = ReportInterval;
        while (!isReached())
        {
            Session.Topology.ThrowIfEnded();
            Sampler.ThrowIfFailed();
            var elapsed = Clock.Now - start;
            if (elapsed > Options.RecoveryTimeout)
                throw new NotHeldException($"Not so after {TextFormat.Seconds(elapsed)}: {expected}. {DescribePauses()}");
            if (elapsed > nextReport)
            {
                nextReport = elapsed + ReportInterval;
                WriteProgress($"waiting until {expected}; {DescribePauses()}");
            }

            await DelayAsync(PollInterval, cancellationToken);
        }
    }

    private string DescribePauses()
    {
        var open = Sampler.ReadOpenPauses().Where(pause => pause.Length > OrdinaryPause).OrderByDescending(pause => pause.Length).ToArray();
        return open.Length == 0
            ? "No partition pauses."
            : $"{open.Length} partitions pause, {open[0].Partition.Topic}/{open[0].Partition.Partition} the longest, for {TextFormat.Seconds(open[0].Length)}.";
    }
}
