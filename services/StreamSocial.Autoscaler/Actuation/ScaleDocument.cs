using StreamSocial.Autoscaler.Signals;

namespace StreamSocial.Autoscaler.Actuation;

/// <summary>What <c>GET /v1/scale</c> answers; the shape of Kubernetes' scale subresource with bounds.</summary>
internal sealed record ScaleDocument(ScaleDocument.Wanted? Spec, ScaleDocument.Actual? Status, int? Minimum, int? Maximum)
{
    /// <summary>The signal in it, or null when a part that is needed is missing: that is an unknown scale, not zero replicas.</summary>
    public ScaleSignal? ToSignal() => this is { Spec.Replicas: { } desired, Status.Replicas: { } running, Minimum: { } minimum, Maximum: { } maximum }
        ? new ScaleSignal(desired, running, minimum, maximum)
        : null;

    internal sealed record Wanted(int? Replicas);

    internal sealed record Actual(int? Replicas, int? Ready);
}
