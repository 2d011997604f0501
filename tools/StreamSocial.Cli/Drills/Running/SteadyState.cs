using Spectre.Console;
using StreamSocial.Cli.Drills.Measuring;
using StreamSocial.Cli.Output;

namespace StreamSocial.Cli.Drills.Running;

/// <summary>How the topology did undisturbed.</summary>
/// <param name="From">Begin of the measurement.</param>
/// <param name="To">Its end.</param>
/// <param name="AcknowledgedRate">Actions acknowledged per second.</param>
/// <param name="ProcessedRate">Actions processed per second.</param>
/// <param name="PauseP50">Median of the pauses of partitions that began and ended meanwhile.</param>
/// <param name="PauseP99">99th percentile of them; null when no partition had to wait.</param>
internal sealed record SteadyState(TimeSpan From, TimeSpan To, double AcknowledgedRate, double ProcessedRate, TimeSpan? PauseP50, TimeSpan? PauseP99)
{
    /// <summary>Fewer actions make no rate: whether one more or less falls into the time would decide.</summary>
    private const int LeastActions = 10;

    /// <summary>Word of what happened may be this late.</summary>
    private static readonly TimeSpan Lateness = TimeSpan.FromSeconds(2);

    /// <summary>Whether enough actions are due in the time of the measurement, before anything is started for it.</summary>
    /// <param name="rate">Actions per second.</param>
    /// <param name="length">The time.</param>
    /// <exception cref="ToolException">They are too few to tell a rate.</exception>
    public static void ThrowIfTooShort(double rate, TimeSpan length)
    {
        if (rate * length.TotalSeconds < LeastActions)
        {
            throw new ToolException(FormattableString.Invariant(
                $"In the {length.TotalSeconds:0} s of the steady state {rate * length.TotalSeconds:0.###} actions are due, and it takes {LeastActions} to measure it: give a higher --rate or, where the drill has them, more --steady seconds."));
        }
    }

    /// <summary>Measures for a time in which nothing is done to the topology, and shows the result.</summary>
    /// <exception cref="ToolException">Too little was heard to tell a rate.</exception>
    /// <exception cref="NotHeldException">A rate is zero: against it every recovery would hold.</exception>
    public static async Task<SteadyState> MeasureAsync(
        DrillClock clock, PartitionSampler sampler, AcknowledgementSeries acks, TimeSpan length, IAnsiConsole console, TimeProvider time, CancellationToken cancellationToken)
    {
        var from = clock.Now;
        await Task.Delay(length, time, cancellationToken);
        var to = clock.Now;
        await Task.Delay(Lateness, time, cancellationToken);
        var pauses = sampler.ReadPauses();
        var steady = new SteadyState(
            from,
            to,
            RateOf("acknowledged", acks.Read(series => series.Rate(from, to))),
            RateOf("processed", sampler.ReadActions(series => series.Rate(from, to))),
            PauseStatistics.Quantile(pauses, 0.5, from, to),
            PauseStatistics.Quantile(pauses, 0.99, from, to));
        console.MarkupLineInterpolated($"[grey]{TextFormat.Seconds(clock.Now)}[/] steady: {steady.ToString()}");
        return steady;
    }

    /// <inheritdoc/>
    public override string ToString() =>
        $"{AcknowledgedRate:N0} actions/s acknowledged, {ProcessedRate:N0} processed; pauses p50 {TextFormat.Milliseconds(PauseP50)}, p99 {TextFormat.Milliseconds(PauseP99)}";

    /// <summary>A rate that recoveries can be measured against.</summary>
    /// <param name="what">What was done to the actions.</param>
    /// <param name="rate">What was measured.</param>
    /// <exception cref="ToolException">It is unknown.</exception>
    /// <exception cref="NotHeldException">It is zero.</exception>
    public static double RateOf(string what, double? rate) => rate switch
    {
        null => throw new ToolException($"The rate of {what} actions in the steady state could not be measured; give more --steady seconds."),
        0 => throw new NotHeldException($"No actions were {what} in the steady state, in which nothing was done to the topology."),
        { } known => known,
    };
}
