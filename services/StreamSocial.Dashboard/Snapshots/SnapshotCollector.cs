using Microsoft.Extensions.Options;
using StreamSocial.Dashboard.Alerts;
using StreamSocial.Dashboard.Rebalances;
using StreamSocial.Dashboard.Sources;

namespace StreamSocial.Dashboard.Snapshots;

/// <summary>Reads the cluster and publishes a snapshot, once an interval.</summary>
internal sealed class SnapshotCollector(IClusterSource source, SnapshotStore store, AlertEvaluation alerts, DocumentVersions versions, IOptions<DashboardOptions> options, TimeProvider time) : BackgroundService
{
    private readonly Queue<ClusterReading> _readings = [];
    private readonly SnapshotFrame _frame = SnapshotFrame.From(options.Value);

    private MemberHistory _members = MemberHistory.Empty;
    private long _version;
    private DateTimeOffset _readAt;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(options.Value.Interval, time);
        try
        {
            do
                Publish(await source.ReadAsync(stoppingToken));
            while (await timer.WaitForNextTickAsync(stoppingToken));
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The service ends; no state outlives it.
        }
    }

    private void Publish(ClusterReading reading)
    {
        var value = options.Value;
        // The clock was set back: what was read before it is no measure of time.
        if (reading.Group.At < _readAt)
            _readings.Clear();
        _readAt = reading.Group.At;
        // The oldest reading stays until the next one spans the window by itself.
        while (_readings.Count > 1 && reading.Group.At - _readings.ElementAt(1).Group.At >= value.RateWindow)
            _readings.Dequeue();
        var earlier = _readings.TryPeek(out var oldest) ? oldest : null;
        _readings.Enqueue(reading);
        _members = _members.Observe(reading.Group.Members ?? [], (reading.Group.At - value.HistoryLength).ToUnixTimeMilliseconds());
        var snapshot = SnapshotBuilder.Build(earlier, reading, ++_version, _frame, _members);
        store.Publish(alerts.Evaluate(reading, snapshot) with { Versions = versions.Read(reading) }, value.HistoryLength);
    }
}
