using System.Diagnostics.Metrics;
using StreamSocial.Scaling.Policies;

namespace StreamSocial.Autoscaler;

/// <summary>The instruments of the autoscaler. A gauge whose value is unknown is not written.</summary>
internal sealed class AutoscalerMetrics
{
    public const string MeterName = "StreamSocial.Autoscaler";

    private readonly Counter<long> _decisions;
    private readonly Gauge<int> _current;
    private readonly Gauge<int> _recommended;
    private readonly Gauge<double> _backlog;
    private readonly Gauge<double> _arrival;

    public AutoscalerMetrics(IMeterFactory meters)
    {
        var meter = meters.Create(MeterName);
        _decisions = meter.CreateCounter<long>("streamsocial.autoscaler.decisions", "{decision}", "Decisions by verdict and cause.");
        _current = meter.CreateGauge<int>("streamsocial.autoscaler.replicas.current", "{replica}", "Replicas asked for last.");
        _recommended = meter.CreateGauge<int>("streamsocial.autoscaler.replicas.recommended", "{replica}", "Replicas that the load alone would need.");
        _backlog = meter.CreateGauge<double>("streamsocial.autoscaler.backlog", "{record}", "Records that wait in all input topics.");
        _arrival = meter.CreateGauge<double>("streamsocial.autoscaler.arrival_rate", "{record}/s", "Records appended to all input topics per second.");
    }

    public void Record(PolicyDecision decision, string policy)
    {
        _decisions.Add(1, new("policy", policy), new("verdict", decision.Verdict.ToString()), new("cause", decision.Cause.ToString()));
        if (decision.Current is { } current)
            _current.Record(current);
        if (decision.Recommended is { } recommended)
            _recommended.Record(recommended);
        if (decision.Terms.TryGetValue("backlog.records", out var backlog))
            _backlog.Record(backlog);
        if (decision.Terms.TryGetValue("arrival.records_per_second", out var arrival))
            _arrival.Record(arrival);
    }
}
