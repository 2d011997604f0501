using Spectre.Console;
using StreamSocial.Cli.Drills.Measuring;
using StreamSocial.Cli.Drills.Running;
using StreamSocial.Cli.Output;
using StreamSocial.Cli.Topology;

namespace StreamSocial.Cli.Drills.Soak;

/// <summary>
/// Runs a steady load of a network whose users stay the same for long, with the times after which things are forgotten shortened to minutes, and watches
/// whether memory and the stores of the tasks still grow when everything has been there once.
/// </summary>
/// <param name="options">What all drills have in common.</param>
/// <param name="length">How long the load runs after it is steady.</param>
/// <param name="console">Progress.</param>
/// <param name="time">Clock and delays.</param>
internal sealed class SoakDrill(DrillOptions options, TimeSpan length, IAnsiConsole console, TimeProvider time)
{
    /// <summary>Share of the time after which nothing is new any more.</summary>
    public const double WarmUpShare = 0.5;

    /// <summary>Below it there are too few samples for a line.</summary>
    public static readonly TimeSpan LeastLength = TimeSpan.FromSeconds(30);

    /// <summary>Memory may still rise by so much of itself in the rest of the time: a collector gives back late.</summary>
    public const double MaxMemoryGrowth = 0.15;

    /// <summary>A store may still rise by so much of itself in the rest of the time.</summary>
    public const double MaxStoreGrowth = 0.1;

    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan ReportInterval = TimeSpan.FromSeconds(60);

    private readonly Dictionary<string, List<(TimeSpan At, double Value)>> _memory = [];
    private readonly Dictionary<string, List<(TimeSpan At, double Value)>> _stores = [];
    private IReadOnlyList<string> _ended = [];

    public async Task<SoakReport> RunAsync(CancellationToken cancellationToken)
    {
        var summary = await new DrillRun(options, console, time).RunAsync(WatchAsync, null, null, cancellationToken);
        return new SoakReport(
            summary, length,
            [.. _memory.OrderBy(kind => kind.Key, StringComparer.Ordinal).Select(kind => SoakFinding.Of(kind.Key, kind.Value, MaxMemoryGrowth))],
            [.. _stores.OrderBy(store => store.Key, StringComparer.Ordinal).Select(store => SoakFinding.Of(store.Key, store.Value, MaxStoreGrowth))], _ended);
    }

    private async Task WatchAsync(DrillContext context, CancellationToken cancellationToken)
    {
        var before = await RunningProcesses.ReadAsync(context.Session.Topology, cancellationToken);
        var begin = context.Clock.Now;
        for (var nextReport = ReportInterval; context.Clock.Now - begin is var passed && passed < length; await context.DelayAsync(Interval, cancellationToken))
        {
            context.Session.Topology.ThrowIfEnded();
            foreach (var (kind, bytes) in context.Session.Topology.Usage.ReadResidentBytes().Where(kind => kind.Key.StartsWith(ProcessKind.ServicePrefix, StringComparison.Ordinal)))
                Add(_memory, kind, passed, bytes);
            foreach (var store in context.Session.Members.Members.SelectMany(member => member.Stores).GroupBy(store => store.Name))
                Add(_stores, store.Key, passed, store.Sum(size => size.Entries));
            if (passed < nextReport)
                continue;
            nextReport += ReportInterval;
            var figures = _memory.Select(kind => $"{kind.Key[ProcessKind.ServicePrefix.Length..]} {kind.Value[^1].Value / 1048576:N0} MiB");
            context.WriteProgress($"{TextFormat.Seconds(passed)} of {TextFormat.Seconds(length)}: {string.Join(", ", figures)}, {_stores.Values.Sum(store => store[^1].Value):N0} entries in stores");
        }
        _ended = before.EndedBefore(await ReadProcessesAsync(context, cancellationToken));
    }

    /// <summary>Asks a few times: one slow answer must not cost what was watched for so long.</summary>
    private static async Task<RunningProcesses> ReadProcessesAsync(DrillContext context, CancellationToken cancellationToken)
    {
        for (var left = 5; ; left--)
        {
            try
            {
                return await RunningProcesses.ReadAsync(context.Session.Topology, cancellationToken);
            }
            catch (NotHeldException) when (left > 0)
            {
                await context.DelayAsync(Interval, cancellationToken);
            }
        }
    }

    private static void Add(Dictionary<string, List<(TimeSpan At, double Value)>> series, string name, TimeSpan at, double value)
    {
        if (!series.TryGetValue(name, out var samples))
            series[name] = samples = [];
        samples.Add((at, value));
    }
}
