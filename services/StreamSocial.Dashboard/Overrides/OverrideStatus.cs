using System.Text.Json;
using System.Text.Json.Serialization;
using StreamSocial.Control;

namespace StreamSocial.Dashboard.Overrides;

/// <summary>What the buttons show; the answer of <c>GET /api/override</c>.</summary>
/// <param name="IsAuthorized">Whether the request carried the control token.</param>
/// <param name="Override">The override; null when it is unknown.</param>
/// <param name="Problem">Why it is unknown, one sentence; null when it is known.</param>
internal sealed record OverrideStatus(bool IsAuthorized, OverrideDocument? Override, string? Problem);

/// <summary>The documents as JSON, as the autoscaler reads and writes them.</summary>
[JsonSourceGenerationOptions(JsonSerializerDefaults.Web, RespectNullableAnnotations = true)]
[JsonSerializable(typeof(OverrideDocument))]
[JsonSerializable(typeof(OverrideRequest))]
internal sealed partial class OverrideJson : JsonSerializerContext;
