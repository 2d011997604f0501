using Spectre.Console;
using StreamSocial.Cli.Drills.Running;

namespace StreamSocial.Cli.Drills.EventStreams;

/// <summary>Clients follow feeds through replicas that come and go.</summary>
/// <param name="options">What all drills have in common; starts with the first step's replicas.</param>
/// <param name="clients">Number of clients.</param>
/// <param name="steps">Numbers of replicas, one after the other.</param>
/// <param name="console">Progress.</param>
/// <param name="time">Clock and delays.</param>
internal sealed class StreamDrill(DrillOptions options, int clients, IReadOnlyList<int> steps, IAnsiConsole console, TimeProvider time)
{
    /// <summary>Between two changes, so that every configuration carries streams for a while.</summary>
    private static readonly TimeSpan BetweenSteps = TimeSpan.FromSeconds(5);

    private int _rescales;

    public async Task<StreamReport> RunAsync(CancellationToken cancellationToken)
    {
        DeliveryRecorder recorder;
        using (var trace = options.OpenTrace(0))
            recorder = DeliveryRecorder.Choose(trace, clients, new Random(options.Seed));
        StreamFollowers? followers = null;
        StreamComparison? comparison = null;
        try
        {
            var summary = await new DrillRun(options, console, time, recorder.Add).RunAsync(
                RescaleAllAsync,
                (session, token) =>
                {
                    followers = new StreamFollowers(session.Topology, recorder, clients, options.Seed, console, time);
                    return followers.WaitUntilConnectedAsync(token);
                },
                async (_, token) => comparison = await followers!.FinishAsync(token),
                cancellationToken);
            return new StreamReport(summary, steps, _rescales, comparison!, followers!.Requests);
        }
        finally
        {
            if (followers is not null)
                await followers.DisposeAsync();
        }
    }

    private async Task RescaleAllAsync(DrillContext context, CancellationToken cancellationToken)
    {
        foreach (var replicas in steps.Skip(1))
        {
            context.WriteProgress($"to {replicas} feed generators");
            await context.RescaleAsync(replicas, cancellationToken);
            _rescales++;
            await context.DelayAsync(BetweenSteps, cancellationToken);
        }
    }
}
