using System.Text.Json.Serialization;

namespace StreamSocial.Dashboard.Overrides;

/// <summary>What the autoscaler was told to do instead of deciding by itself; the answer of its <c>GET</c> and <c>PUT /v1/override</c>.</summary>
/// <param name="Kind"><c>none</c>, <c>fixed</c> or <c>paused</c>.</param>
/// <param name="Replicas">The number of replicas; null unless it is fixed.</param>
/// <param name="Until">When it ends by itself; null when it does not.</param>
internal sealed record OverrideDocument([property: JsonRequired] string Kind, int? Replicas, DateTimeOffset? Until);

/// <summary>What the autoscaler shall do instead of deciding by itself; the body of <c>PUT</c>.</summary>
/// <param name="Kind"><c>fixed</c> or <c>paused</c>.</param>
/// <param name="Replicas">The number of replicas; with <c>fixed</c> only.</param>
/// <param name="ForSeconds">How long, in seconds; null until it is taken back.</param>
internal sealed record OverrideRequest([property: JsonRequired] string Kind, int? Replicas, int? ForSeconds);

/// <summary>What the buttons show; the answer of <c>GET /api/override</c>.</summary>
/// <param name="IsAuthorized">Whether the request carried the control token.</param>
/// <param name="Override">The override; null when it is unknown.</param>
/// <param name="Problem">Why it is unknown, one sentence; null when it is known.</param>
internal sealed record OverrideStatus(bool IsAuthorized, OverrideDocument? Override, string? Problem);

/// <summary>The documents as JSON, as the autoscaler reads and writes them.</summary>
[JsonSourceGenerationOptions(System.Text.Json.JsonSerializerDefaults.Web, RespectNullableAnnotations = true)]
[JsonSerializable(typeof(OverrideDocument))]
[JsonSerializable(typeof(OverrideRequest))]
internal sealed partial class OverrideJson : JsonSerializerContext;
