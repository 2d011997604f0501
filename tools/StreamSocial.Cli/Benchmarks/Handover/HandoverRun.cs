using Microsoft.Extensions.Logging.Abstractions;
using Spectre.Console;
using StreamSocial.Cli.Drills.Measuring;
using StreamSocial.Cli.Output;
using StreamSocial.Cli.Topology;
using StreamSocial.Cli.Verification;
using StreamSocial.Events;
using StreamSocial.Hosting.Kafka.Processes;
using StreamSocial.Kafka;
using StreamSocial.Kafka.Lag;
using StreamSocial.Topics;

namespace StreamSocial.Cli.Benchmarks.Handover;

/// <summary>Our side of a round: one feed generator, a second one that joins and is killed.</summary>
internal sealed class HandoverRun(FeedGeneratorStart start, TopicCatalog catalog, HandoverBenchmarkOptions options, IAnsiConsole console, TimeProvider time)
{
    private const string Name = "feed generator";

    /// <summary>The stages that the peers have, too.</summary>
    private static readonly string[] Watched = [TopicNames.UserActions, TopicNames.FeedUpdates];

    /// <summary>A killed process does not process for this long before it either; the peers look from here on, too.</summary>
    private static readonly TimeSpan BeforeKill = TimeSpan.FromMilliseconds(100);

    /// <summary>A partition that was got on with so late was the second process's at its end.</summary>
    private static readonly TimeSpan OwnedAtEnd = TimeSpan.FromSeconds(5);

    private static readonly TimeSpan StopTimeout = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan StallTimeout = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(200);

    /// <exception cref="NotHeldException">A process ended by itself, or does not get on.</exception>
    public async Task<HandoverRound> RunAsync(int round, CancellationToken cancellationToken)
    {
        var settings = new KafkaClientSettings(start.Brokers.BootstrapServers, new KafkaOptions { Embedded = start.Brokers.IsEmbedded });
        var ports = LoopbackPorts.ChooseFree(2);
        var clock = new DrillClock(time);
        var advances = new AdvanceLog(Watched);
        await using var members = await MemberTracker.StartAsync(settings, cancellationToken);
        members.Reported += member => advances.Observe(clock.Of(member.ReportedAt), member);
        using var ends = new LogEndReader(settings, NullLogger<LogEndReader>.Instance);
        using var feeder = new TraceFeeder(settings, catalog[TopicNames.UserActions].Partitions, "bench/handover", options.Trace, time);
        feeder.Load(TraceFeeder.BusiestHour, cancellationToken);
        await using var first = Start(round, "first", ports[0]);
        var drain = new DrainWaiter(ends, members, FeedGeneratorStart.Stages, () => first.ThrowIfEnded(Name), console, time);
        await drain.WaitAsync(catalog, StallTimeout, cancellationToken);

        using var stop = new CancellationTokenSource();
        var playing = Task.Run(() => feeder.PlayAsync(options.Rate, long.MaxValue, stop.Token, cancellationToken), cancellationToken);
        TimeSpan steady, joining, killed, end;
        try
        {
            await DelayAsync(options.WarmUpTime);
            steady = clock.Now;
            await DelayAsync(options.SteadyTime);
            joining = clock.Now;
            await using var second = Start(round, "second", ports[1]);
            await DelayAsync(options.JoinTime, second);
            killed = clock.Now;
            second.Kill();
            await DelayAsync(options.KillTime);
            end = clock.Now;
        }
        finally
        {
            // Before the feeder is disposed of, whatever happened.
            await stop.CancelAsync();
            await playing.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
        await playing;

        console.MarkupLineInterpolated($"{feeder.Played:N0} lines were played, the latest {TextFormat.Milliseconds(feeder.LongestDelay)} late; waiting until all are applied");
        await drain.WaitAsync(catalog, StallTimeout, cancellationToken);
        var reference = feeder.BuildReference();
        using var client = new ReadClient([new Uri($"http://127.0.0.1:{ports[0]}")], time);
        var totals = await new ReadBack(client, reference, console).RunAsync(new ReadBackScope(Counters: false, Notifications: false), cancellationToken);
        var outcome = Outcome.Of(totals, members.ReadTotals());
        var begin = advances.BeginOf(MemberOf(round, "second"));
        return new HandoverRound
        {
            Ours = new HandoverFigures
            {
                Steady = advances.GapsBetween(steady, joining),
                Join = advances.GapsBetween(joining, killed),
                FirstRecord = begin?.First - joining,
                LastPartition = begin?.Last - joining,
                Moved = advances.CountOf(MemberOf(round, "second"), killed - OwnedAtEnd),
                Kill = advances.GapsBetween(killed - BeforeKill, end),
                AllBack = begin is null ? null : advances.AllBackAfter(MemberOf(round, "second"), killed, end),
                Due = reference.Deliveries,
                Lost = outcome.Lost,
                Duplicated = outcome.Duplicated,
            },
            Outcome = outcome,
            Lines = feeder.Played,
            LongestDelay = feeder.LongestDelay,
            LongestSilence = advances.LongestSilence(steady, end),
        };

        async Task DelayAsync(TimeSpan length, ChildProcess? also = null)
        {
            var since = time.GetTimestamp();
            while (time.GetElapsedTime(since) is var elapsed && elapsed < length)
            {
                first.ThrowIfEnded(Name);
                also?.ThrowIfEnded(Name);
                if (playing.IsFaulted)
                    await playing;
                await Task.Delay(length - elapsed < Look ? length - elapsed : Look, time, cancellationToken);
            }
        }
    }

    private static string MemberOf(int round, string name) => $"bench-handover-{round}-{name}";

    private ChildProcess Start(int round, string name, int port) => ChildProcess.Start(
        start.Create(
            $"bench-handover-{round}", MemberOf(round, name), port,
            // Two of them share the cores.
            [$"--Streams:ReportInterval={HandoverBenchmarkOptions.ReportInterval:c}", $"--Streams:Lanes={Math.Max(1, Environment.ProcessorCount / 2)}", .. options.FurtherArguments]),
        new FileInfo(Path.Combine(options.Logs.FullName, $"{MemberOf(round, name)}.log")), StopTimeout, time);
}
