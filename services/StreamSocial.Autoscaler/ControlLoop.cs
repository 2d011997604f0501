using Microsoft.Extensions.Options;
using StreamSocial.Autoscaler.Actuation;
using StreamSocial.Autoscaler.Decisions;
using StreamSocial.Autoscaler.Policies;
using StreamSocial.Autoscaler.Signals;

namespace StreamSocial.Autoscaler;

/// <summary>Reads, decides, acts and records, once an interval, with the policy and the actuator that the options name.</summary>
internal sealed class ControlLoop : BackgroundService
{
    private readonly IGroupSource _group;
    private readonly IScalingPolicy _policy;
    private readonly IReplicaActuator _actuator;
    private readonly DecisionJournal _journal;
    private readonly AutoscalerOptions _options;
    private readonly TimeProvider _time;

    public ControlLoop(
        IGroupSource group,
        IEnumerable<IScalingPolicy> policies,
        IEnumerable<IReplicaActuator> actuators,
        DecisionJournal journal,
        IOptions<AutoscalerOptions> options,
        TimeProvider time)
    {
        (_group, _journal, _options, _time) = (group, journal, options.Value, time);
        _policy = policies.Single(policy => policy.Name == _options.Policy);
        var actuator = actuators.Single(actuator => actuator.Name == _options.Actuator);
        _actuator = _options.DryRun ? new DryRunReplicaActuator(actuator) : actuator;
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (!_options.Enabled)
            return;
        var history = new SignalHistory(_options);
        using var timer = new PeriodicTimer(_options.Interval, _time);
        try
        {
            do
                await TickAsync(history, stoppingToken);
            while (await timer.WaitForNextTickAsync(stoppingToken));
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The service ends. The next one to run decides anew.
        }
    }

    private async Task TickAsync(SignalHistory history, CancellationToken cancellationToken)
    {
        var scale = _actuator.ReadAsync(cancellationToken);
        var reading = await _group.ReadAsync(cancellationToken);
        var snapshot = history.Add(reading, await scale);
        var now = _time.GetUtcNow();
        var decision = _policy.Decide(snapshot, _options, now);
        history.Add(decision, now);
        var actuation = decision is { Acts: true, Desired: { } replicas } ? await _actuator.ApplyAsync(replicas, cancellationToken) : null;
        _journal.Record(decision, _policy.Name, now, actuation);
    }
}
