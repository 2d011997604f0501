using Microsoft.Extensions.Options;
using StreamSocial.Autoscaler.Actuation;
using StreamSocial.Autoscaler.Decisions;
using StreamSocial.Autoscaler.Policies;
using StreamSocial.Autoscaler.Signals;

namespace StreamSocial.Autoscaler;

/// <summary>Reads, decides, acts and records, once an interval.</summary>
internal sealed class ControlLoop(
    ISignalReader signals,
    IScalingPolicy policy,
    IReplicaActuator actuator,
    DecisionJournal journal,
    IOptions<AutoscalerOptions> options,
    TimeProvider time) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (!options.Value.Enabled)
            return;
        var history = new SignalHistory(options.Value);
        using var timer = new PeriodicTimer(options.Value.Interval, time);
        try
        {
            do
                await TickAsync(history, stoppingToken);
            while (await timer.WaitForNextTickAsync(stoppingToken));
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The service ends; a decision that was not made is made by the next one to run.
        }
    }

    private async Task TickAsync(SignalHistory history, CancellationToken cancellationToken)
    {
        var snapshot = history.Add(await signals.ReadAsync(cancellationToken));
        var now = time.GetUtcNow();
        var decision = policy.Decide(snapshot, options.Value, now);
        history.Add(decision, now);
        var actuation = decision is { Acts: true, Desired: { } replicas } ? await actuator.ApplyAsync(replicas, cancellationToken) : null;
        journal.Record(decision, policy.Name, now, actuation);
    }
}
