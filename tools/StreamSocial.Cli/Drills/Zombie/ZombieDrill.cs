using Spectre.Console;
using StreamSocial.Cli.Drills.Measuring;
using StreamSocial.Cli.Drills.Running;
using StreamSocial.Cli.Output;
using StreamSocial.Cli.Topology;

namespace StreamSocial.Cli.Drills.Zombie;

/// <summary>Freezes feed generators until others have taken over, and then continues them, when they do not know yet that they have lost their partitions.</summary>
internal sealed class ZombieDrill(DrillOptions options, int times, IAnsiConsole console, TimeProvider time)
{
    /// <summary>How long the others have been working when the zombie wakes.</summary>
    private static readonly TimeSpan GoneOnFor = TimeSpan.FromSeconds(3);

    private readonly List<ZombieFinding> _findings = [];

    public async Task<ZombieReport> RunAsync(CancellationToken cancellationToken)
    {
        var summary = await new DrillRun(options, console, time).RunAsync(FreezeAllAsync, null, null, cancellationToken);
        return new ZombieReport(summary, options.Topology.InitialReplicas, times, _findings);
    }

    private async Task FreezeAllAsync(DrillContext context, CancellationToken cancellationToken)
    {
        for (var number = 1; number <= times; number++)
            _findings.Add(await FreezeAsync(context, number, cancellationToken));
    }

    private async Task<ZombieFinding> FreezeAsync(DrillContext context, int number, CancellationToken cancellationToken)
    {
        var generators = await context.Session.Topology.ReadRunningGeneratorsAsync(cancellationToken);
        var victim = generators[context.Random.Next(generators.Count)];
        var process = ResourceProcess.Of(victim);
        var before = context.Session.Members.ReadTotals();
        var epoch = EpochOf(context, victim.Name);
        var owned = Ownership.Of(context.Session.Members.Members).CountOf(victim.Name);
        context.WriteProgress($"freeze {number} of {times}: {victim.Name} (process {victim.Pid}) with {owned} partitions");
        var at = context.Clock.Now;
        TimeSpan takenOverAfter;
        TimeSpan frozenFor;
        process.Freeze();
        try
        {
            await context.WaitUntilAsync(
                $"others own the partitions of {victim.Name}",
                () => Ownership.Of(context.Session.Members.Members) is var now && now.CountOf(victim.Name) == 0 && now.Restoring.IsEmpty,
                cancellationToken);
            await context.WaitUntilCalmAsync(cancellationToken);
            takenOverAfter = context.Clock.Now - at;
            await context.DelayAsync(GoneOnFor, cancellationToken);
        }
        finally
        {
            process.Continue();
            frozenFor = context.Clock.Now - at;
        }

        context.WriteProgress($"continued {victim.Name} after {TextFormat.Seconds(frozenFor)}");
        // Its first reports still list what it owned, so they count only once it has learnt of its loss.
        await context.WaitUntilAsync($"{victim.Name} knows of its loss", () => EpochOf(context, victim.Name) > epoch || !process.IsAlive, cancellationToken);
        await context.WaitForGeneratorsAsync(options.Topology.InitialReplicas, cancellationToken);
        // The AppHost starts a replica again that has ended; without this check a crash would look like a recovery.
        if (!process.IsAlive)
            throw new NotHeldException($"{victim.Name} ended after it was continued, instead of going on as a member.");
        var longest = PauseStatistics.Longest(context.Sampler.ReadPauses(), at, context.Clock.Now);
        var after = context.Session.Members.ReadTotals();
        var finding = new ZombieFinding(
            number,
            victim.Name,
            at,
            owned,
            takenOverAfter,
            frozenFor,
            longest?.Length,
            after?.CheckpointsFenced - before?.CheckpointsFenced,
            after?.DuplicatesDropped - before?.DuplicatesDropped);
        context.WriteProgress($"{TextFormat.Count(finding.CheckpointsFenced)} checkpoints fenced, {TextFormat.Count(finding.DuplicatesDropped)} repeats dropped, longest pause {TextFormat.Milliseconds(finding.LongestPause)}");
        return finding;
    }

    private static long EpochOf(DrillContext context, string member) =>
        context.Session.Members.Members.Where(found => found.MemberId == member).Select(found => found.Epoch).FirstOrDefault();
}
