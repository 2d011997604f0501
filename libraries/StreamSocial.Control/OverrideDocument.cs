using System.Text.Json.Serialization;

namespace StreamSocial.Control;

/// <summary>What the autoscaler was told to do instead of deciding by itself; the answer of its <c>GET</c> and <c>PUT /v1/override</c>.</summary>
/// <param name="Kind"><c>none</c>, <c>fixed</c> or <c>paused</c>.</param>
/// <param name="Replicas">With <c>fixed</c>: how many; null otherwise.</param>
/// <param name="Until">When it ends by itself; null: when it is ended.</param>
public sealed record OverrideDocument([property: JsonRequired] string Kind, int? Replicas, DateTimeOffset? Until);

/// <summary>What the autoscaler shall do instead of deciding by itself; the body of <c>PUT /v1/override</c>.</summary>
/// <param name="Kind"><c>fixed</c> or <c>paused</c>.</param>
/// <param name="Replicas">With <c>fixed</c>: how many.</param>
/// <param name="ForSeconds">How long; null: until it is ended.</param>
public sealed record OverrideRequest([property: JsonRequired] string Kind, int? Replicas = null, double? ForSeconds = null);
