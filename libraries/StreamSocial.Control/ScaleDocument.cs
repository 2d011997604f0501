using System.Text.Json.Serialization;

namespace StreamSocial.Control;

/// <summary>The answer of <c>GET /v1/scale</c>, in the shape of Kubernetes' scale subresource, with bounds.</summary>
/// <param name="Spec">What was asked for last.</param>
/// <param name="Status">What is there.</param>
/// <param name="Minimum">Fewest replicas that may be asked for.</param>
/// <param name="Maximum">Most replicas that may be asked for.</param>
public sealed record ScaleDocument(ScaleSpec Spec, ScaleStatus Status, int Minimum, int Maximum);

/// <summary>The wanted scale; also the body of <c>PUT /v1/scale</c>.</summary>
/// <param name="Replicas">Number of feed generators. A body without it is refused, so that a missing number is never read as 0.</param>
public sealed record ScaleSpec([property: JsonRequired] int Replicas);

/// <summary>The actual scale.</summary>
/// <param name="Replicas">Running or starting.</param>
/// <param name="Ready">Of those, healthy.</param>
public sealed record ScaleStatus(int Replicas, int Ready);
