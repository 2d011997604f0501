using Microsoft.Extensions.Logging.Abstractions;
using Spectre.Console;
using StreamSocial.Cli.Drills.Running;
using StreamSocial.Cli.Output;
using StreamSocial.Cli.Topology;
using StreamSocial.Hosting.Kafka.Processes;
using StreamSocial.Kafka;
using StreamSocial.Streams;
using StreamSocial.Streams.Testing.Groups;
using StreamSocial.Topics;

namespace StreamSocial.Cli.Drills.Members;

/// <summary>
/// Members join a group and leave it in steps, under each protocol in a group of its own. They share this process, own partitions through the membership
/// code of the replicas, and process nothing: what is measured is the group alone.
/// </summary>
/// <param name="options">The steps and the protocols.</param>
/// <param name="console">Progress.</param>
/// <param name="time">Clock and delays.</param>
internal sealed class MembersDrill(MembersOptions options, IAnsiConsole console, TimeProvider time)
{
    private const string Topic = "drill-members";

    public async Task<MembersReport> RunAsync(CancellationToken cancellationToken)
    {
        console.MarkupLineInterpolated($"Starting three brokers ({options.Kafka}) and a topic of {options.Partitions} partitions");
        var topic = new TopicSpec(Topic, options.Partitions, CleanupPolicy.Delete, TimeSpan.FromDays(1), "Partitions to share");
        await using var brokers = await StandaloneBrokers.StartAsync(options.Kafka, [topic], ClusterLifetime.Short, cancellationToken);
        var settings = new KafkaClientSettings(brokers.BootstrapServers, new KafkaOptions { Embedded = brokers.IsEmbedded });
        var runs = new List<ProtocolRun>();
        foreach (var protocol in options.Protocols)
            runs.Add(await RunAsync(protocol, settings, cancellationToken));
        return new MembersReport(options.Kafka, options.Partitions, options.Steps, runs, Hardware.Describe());
    }

    private async Task<ProtocolRun> RunAsync(MembershipProtocol protocol, KafkaClientSettings settings, CancellationToken cancellationToken)
    {
        console.MarkupLineInterpolated($"[bold]{protocol.Name}[/]");
        var group = new IdleGroupOptions
        {
            GroupId = $"drill-{protocol.Name}",
            Topic = Topic,
            Partitions = options.Partitions,
            Protocol = protocol.Protocol,
            ClassicAssignor = protocol.Assignor ?? "",
        };
        await using var members = new IdleGroup(settings, group, NullLoggerFactory.Instance, time);
        var steps = new List<GroupStep>();
        foreach (var count in options.Steps)
        {
            var step = await ResizeAsync(members, count, cancellationToken);
            steps.Add(step);
            console.MarkupLineInterpolated(
                $"  {step.From} to {step.To} members: {DrillRows.Duration(step.SettledAfter, $"not settled within {TextFormat.Seconds(options.Timeout)}")}, {step.GivenBack} partitions given back, {step.Unowned} unowned, {step.OwnedTwice} owned twice");
        }

        return new ProtocolRun(protocol.Name, steps);
    }

    private async Task<GroupStep> ResizeAsync(IdleGroup members, int count, CancellationToken cancellationToken)
    {
        try
        {
            return await members.ResizeAsync(count, options.Timeout, cancellationToken);
        }
        catch (InvalidOperationException e)
        {
            throw new NotHeldException(e.Message, e);
        }
    }
}

/// <summary>The steps and the protocols.</summary>
internal sealed record MembersOptions
{
    /// <summary><c>embedded</c> or <c>process</c>.</summary>
    public required string Kafka { get; init; }

    public required int Partitions { get; init; }

    /// <summary>Numbers of members, one after the other.</summary>
    public required IReadOnlyList<int> Steps { get; init; }

    public required IReadOnlyList<MembershipProtocol> Protocols { get; init; }

    /// <summary>Longest time for one step to settle.</summary>
    public required TimeSpan Timeout { get; init; }
}

/// <summary>How a group assigns partitions.</summary>
/// <param name="Name">Its name on the command line.</param>
/// <param name="Protocol">The group protocol.</param>
/// <param name="Assignor">The assignor in the clients; null where the brokers assign.</param>
internal sealed record MembershipProtocol(string Name, StreamsGroupProtocol Protocol, string? Assignor)
{
    public static IReadOnlyList<MembershipProtocol> All { get; } =
    [
        new("range", StreamsGroupProtocol.Classic, "range"),
        new("roundrobin", StreamsGroupProtocol.Classic, "roundrobin"),
        new("cooperative-sticky", StreamsGroupProtocol.Classic, "cooperative-sticky"),
        new("consumer", StreamsGroupProtocol.Consumer, null),
    ];

    /// <summary>
    /// Those that work on a kind of brokers. In the embedded ones' classic groups each join waits for a session timeout, and partitions get lost; so only
    /// KIP-848's.
    /// </summary>
    public static IReadOnlyList<MembershipProtocol> On(string kafka) => kafka == "embedded" ? [.. All.Where(protocol => protocol.Protocol == StreamsGroupProtocol.Consumer)] : All;
}

/// <summary>The numbers of members of a drill. Pure.</summary>
internal static class MemberSteps
{
    /// <summary>1, 2, 5, 10, 20, 50, … up to a number, and over half and a tenth of it back to 1.</summary>
    public static IReadOnlyList<int> UpTo(int most)
    {
        IEnumerable<int> Up()
        {
            for (var decade = 1; decade < most; decade *= 10)
            {
                foreach (var count in new[] { decade, 2 * decade, 5 * decade })
                {
                    if (count < most)
                        yield return count;
                }
            }
        }

        var steps = new List<int>();
        foreach (var count in Up().Concat([most, most / 2, most / 10, 1]))
        {
            if (count > 0 && (steps.Count == 0 || count != steps[^1]))
                steps.Add(count);
        }

        return steps;
    }
}
