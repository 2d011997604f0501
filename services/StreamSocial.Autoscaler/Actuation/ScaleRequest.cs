namespace StreamSocial.Autoscaler.Actuation;

/// <summary>The body of <c>PUT /v1/scale</c>.</summary>
internal sealed record ScaleRequest(int Replicas);
