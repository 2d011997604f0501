using Confluent.Kafka;
using Spectre.Console;
using StreamSocial.Cli.Commands;
using StreamSocial.Cli.Drills.Measuring;
using StreamSocial.Cli.Drills.Running;
using StreamSocial.Cli.Output;
using StreamSocial.Cli.Topology;
using StreamSocial.Cli.Verification;

namespace StreamSocial.Cli.Drills.Hostile;

/// <summary>
/// Runs a well-behaved load at a fixed rate, first alone and then beside every hostile move of the catalogue: malformed requests, slow and abandoned
/// connections, floods, foreign control, and foreign records, transactions and changes in the cluster.
/// </summary>
/// <param name="options">What all drills have in common.</param>
/// <param name="movesPerSecond">How fast the moves follow each other.</param>
/// <param name="console">Progress.</param>
/// <param name="time">Clock and delays.</param>
internal sealed class HostileDrill(DrillOptions options, double movesPerSecond, IAnsiConsole console, TimeProvider time)
{
    /// <summary>Moves under way at a time; slow ones wait for half a minute.</summary>
    private const int MaxUnderWay = 24;

    private const int ReportEvery = 50;

    private readonly Dictionary<string, (int Tried, List<string> Unexpected)> _families = [];
    private int _expectedDeadLetters;
    private int _deadLetters;
    private double? _quietRate;
    private double? _attackRate;
    private IReadOnlyList<string> _ended = [];
    private IReadOnlyList<string> _failedTasks = [];

    public async Task<HostileReport> RunAsync(CancellationToken cancellationToken)
    {
        var summary = await new DrillRun(options, console, time).RunAsync(AttackAsync, null, JudgeAsync, cancellationToken);
        return new HostileReport
        {
            Summary = summary,
            Families = [.. _families.OrderBy(family => family.Key, StringComparer.Ordinal).Select(family => new HostileFamily(family.Key, family.Value.Tried, family.Value.Unexpected))],
            QuietRate = _quietRate,
            AttackRate = _attackRate,
            EndedProcesses = _ended,
            FailedTasks = _failedTasks,
            ExpectedDeadLetters = _expectedDeadLetters,
            DeadLetters = _deadLetters,
        };
    }

    private async Task AttackAsync(DrillContext context, CancellationToken cancellationToken)
    {
        var session = context.Session;
        var before = await RunningProcesses.ReadAsync(session.Topology, cancellationToken);
        context.WriteProgress($"measuring the load alone for {TextFormat.Seconds(options.SteadyTime)}");
        _quietRate = await MeasureAsync(context, token => context.DelayAsync(options.SteadyTime, token), cancellationToken);

        var moves = HostileCatalogue.Create(options.Seed, session.Catalog, hasTransactions: options.Topology.Kafka == "process", time.GetUtcNow());
        using var http = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, UseProxy = false }) { Timeout = Timeout.InfiniteTimeSpan };
        using var producer = new ProducerBuilder<byte[]?, byte[]?>(session.Settings.CreateProducerConfig("hostile")).SetLogHandler((_, _) => { }).Build();
        var targets = new HostileTargets(
            await session.Topology.ReadAddressAsync(TopologyRunner.Ingest, cancellationToken), (await session.Topology.ReadFeedGeneratorsAsync(cancellationToken))[0],
            session.Topology.Control.Endpoint!, session.Settings, http, producer);
        context.WriteProgress($"{moves.Count} hostile moves, {movesPerSecond:0.#} a second");
        _attackRate = await MeasureAsync(context, token => PlayAsync(context, moves, targets, token), cancellationToken);

        context.WriteProgress($"the moves are done; waiting until all partitions go on");
        await context.WaitForGeneratorsAsync(options.Topology.InitialReplicas, cancellationToken);
        _ended = before.EndedBefore(await RunningProcesses.ReadAsync(session.Topology, cancellationToken));
    }

    /// <summary>Acknowledged actions per second while something happens.</summary>
    private static async Task<double?> MeasureAsync(DrillContext context, Func<CancellationToken, Task> happen, CancellationToken cancellationToken)
    {
        var from = context.Clock.Now;
        await happen(cancellationToken);
        var to = context.Clock.Now;
        double? rate = null;
        await context.WaitUntilAsync("actions are acknowledged", () => (rate = context.Acks.Read(acks => acks.Rate(from, to))) is not null, cancellationToken);
        return rate;
    }

    private async Task PlayAsync(DrillContext context, IReadOnlyList<HostileMove> moves, HostileTargets targets, CancellationToken cancellationToken)
    {
        using var free = new SemaphoreSlim(MaxUnderWay);
        var running = new List<Task>();
        var start = time.GetTimestamp();
        for (var i = 0; i < moves.Count; i++)
        {
            var wait = TimeSpan.FromSeconds(i / movesPerSecond) - time.GetElapsedTime(start);
            if (wait > TimeSpan.Zero)
                await context.DelayAsync(wait, cancellationToken);
            await free.WaitAsync(cancellationToken);
            running.Add(TryAsync(moves[i]));
            if ((i + 1) % ReportEvery == 0)
                context.WriteProgress($"{i + 1} of {moves.Count} moves, {CountUnexpected()} with another answer than expected");
        }
        await Task.WhenAll(running);

        async Task TryAsync(HostileMove move)
        {
            try
            {
                Record(move, await move.RunAsync(targets, options.StallTimeout, cancellationToken));
            }
            finally
            {
                free.Release();
            }
        }
    }

    private int CountUnexpected()
    {
        lock (_families)
            return _families.Values.Sum(family => family.Unexpected.Count);
    }

    private void Record(HostileMove move, string? unexpected)
    {
        lock (_families)
        {
            var (tried, all) = _families.GetValueOrDefault(move.Family, (0, []));
            if (unexpected is not null)
                all.Add($"{move.Name}: {unexpected}");
            else
                _expectedDeadLetters += move.DeadLetters;
            _families[move.Family] = (tried + 1, all);
        }
    }

    private async Task JudgeAsync(TopologySession session, CancellationToken cancellationToken)
    {
        _failedTasks = [.. session.Members.Members.SelectMany(member => member.FailedTasks).Select(task => $"{task.Topic}/{task.Partition}: {task.Reason}")];
        // An owner that takes over may send again what the one before it sent after its last checkpoint.
        _deadLetters = (await DlqCommand.ReadAsync(session.Settings, null, cancellationToken))
            .DistinctBy(letter => (letter.OriginTopic, letter.OriginPartition, letter.OriginOffset, letter.OriginEntry)).Count();
    }
}
