using StreamSocial.Cli.Drills.Measuring;
using StreamSocial.Cli.Drills.Running;
using StreamSocial.Cli.Output;
using StreamSocial.Cli.Topology;
using StreamSocial.Control;

namespace StreamSocial.Cli.Drills.Rolling;

/// <summary>Stops a service in good order and starts it again, through the AppHost, and waits until all is as before.</summary>
internal sealed class ServiceReplacement(DrillContext context)
{
    private TopologyRunner Topology => context.Session.Topology;

    /// <param name="round">1, 2, 3, …</param>
    /// <param name="service">Name of the resource.</param>
    /// <param name="countRepeats">How often clients have had to ask again so far.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <exception cref="NotHeldException">The AppHost did not do it, or all is not as before in time.</exception>
    public async Task<Replacement> RunAsync(int round, string service, Func<long> countRepeats, CancellationToken cancellationToken)
    {
        var (at, repeats) = (context.Clock.Now, countRepeats());
        var before = await Topology.ReadResourceAsync(service, cancellationToken);
        await Topology.ExecuteAsync(service, ResourceCommand.Stop, cancellationToken);
        await WaitAsync(service, "stopped", found => !found.IsUnderWay, cancellationToken);
        var stoppedAfter = context.Clock.Now - at;
        var exitCode = (await Topology.ReadResourceAsync(service, cancellationToken)).ExitCode;
        context.WriteProgress($"{service} has ended after {TextFormat.Seconds(stoppedAfter)} with {Replacement.Describe(exitCode)}");

        await Topology.ExecuteAsync(service, ResourceCommand.Start, cancellationToken);
        await WaitAsync(service, "healthy again", found => found.IsHealthy && found.Pid != before.Pid, cancellationToken);
        var healthyAfter = context.Clock.Now - at;
        await WaitUntilSettledAsync(service, cancellationToken);
        var end = context.Clock.Now;
        var replacement = new Replacement
        {
            Round = round,
            Service = service,
            At = at,
            ExitCode = exitCode,
            StoppedAfter = stoppedAfter,
            HealthyAfter = healthyAfter,
            SettledAfter = end - at,
            LongestPause = PauseStatistics.Longest(context.Sampler.ReadPauses(), at, end)?.Length,
            LongestAckGap = context.Acks.Read(acks => acks.LongestGap(at, end)),
            Repeats = countRepeats() - repeats,
        };
        context.WriteProgress($"healthy after {TextFormat.Seconds(healthyAfter)}, settled after {TextFormat.Seconds(replacement.SettledAfter)}; clients asked again {replacement.Repeats} times");
        return replacement;
    }

    private Task WaitAsync(string service, string expected, Func<ResourceDocument, bool> isReached, CancellationToken cancellationToken) =>
        Topology.WaitForResourceAsync(service, expected, isReached, context.Options.RecoveryTimeout, cancellationToken);

    /// <summary>The next one may go only when clients can reach this one again, and the group has settled.</summary>
    private async Task WaitUntilSettledAsync(string service, CancellationToken cancellationToken)
    {
        await context.WaitForGeneratorsAsync(context.Options.Topology.InitialReplicas, cancellationToken);
        if (service == TopologyRunner.Ingest)
            await context.WaitUntilAsync("actions are acknowledged again", () => context.Acks.Read(acks => acks.LatestRate(DrillContext.Window)) > 0, cancellationToken);
    }
}

/// <summary>What the replacement of one process did.</summary>
internal sealed record Replacement
{
    /// <summary>1, 2, 3, …</summary>
    public required int Round { get; init; }

    public required string Service { get; init; }

    /// <summary>When, since the drill began.</summary>
    public required TimeSpan At { get; init; }

    /// <summary>What the process ended with; null when unknown.</summary>
    public required int? ExitCode { get; init; }

    /// <summary>From the request until the process had ended.</summary>
    public required TimeSpan StoppedAfter { get; init; }

    /// <summary>Until the next one was healthy.</summary>
    public required TimeSpan HealthyAfter { get; init; }

    /// <summary>Until the group had settled, too.</summary>
    public required TimeSpan SettledAfter { get; init; }

    /// <summary>Longest pause of a partition meanwhile; null when none paused.</summary>
    public required TimeSpan? LongestPause { get; init; }

    /// <summary>Longest time without an acknowledgement meanwhile.</summary>
    public required TimeSpan? LongestAckGap { get; init; }

    /// <summary>How often clients of all kinds had to ask again meanwhile.</summary>
    public required long Repeats { get; init; }

    /// <summary>Whether the process ended by itself, as it was asked to; one that takes too long is killed.</summary>
    public bool EndedInGoodOrder => ExitCode == 0;

    public static string Describe(int? exitCode) => exitCode is { } known ? $"exit code {known}" : "an unknown exit code";
}
