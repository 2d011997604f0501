using System.Diagnostics.Metrics;
using StreamSocial.Scaling.Policies;

namespace StreamSocial.Autoscaler;

/// <summary>The instruments of the autoscaler. A gauge whose value is unknown is not written, and none is while another autoscaler decides.</summary>
internal sealed class AutoscalerMetrics
{
    public const string MeterName = "StreamSocial.Autoscaler";

    private readonly Counter<long> _decisions;
    private volatile PolicyDecision? _latest;

    public AutoscalerMetrics(IMeterFactory meters)
    {
        var meter = meters.Create(MeterName);
        _decisions = meter.CreateCounter<long>("streamsocial.autoscaler.decisions", "{decision}", "Decisions by verdict and cause.");
        meter.CreateObservableGauge("streamsocial.autoscaler.replicas.current", () => Known(_latest?.Current), "{replica}", "Replicas asked for last.");
        meter.CreateObservableGauge("streamsocial.autoscaler.replicas.recommended", () => Known(_latest?.Recommended), "{replica}", "Replicas that the load alone would need.");
        meter.CreateObservableGauge("streamsocial.autoscaler.backlog", () => Known(Term("backlog.records")), "{record}", "Records that wait in all input topics.");
        meter.CreateObservableGauge("streamsocial.autoscaler.arrival_rate", () => Known(Term("arrival.records_per_second")), "{record}/s", "Records appended to all input topics per second.");
    }

    public void Record(PolicyDecision decision, string policy)
    {
        _decisions.Add(1, new("policy", policy), new("verdict", decision.Verdict.ToString()), new("cause", decision.Cause.ToString()));
        _latest = decision;
    }

    /// <summary>Another autoscaler decides: its figures count.</summary>
    public void Forget() => _latest = null;

    private double? Term(string name) => _latest is { } latest && latest.Terms.TryGetValue(name, out var value) ? value : null;

    private static IEnumerable<Measurement<T>> Known<T>(T? value)
        where T : struct => value is { } known ? [new(known)] : [];
}
