using System.Text.Json.Serialization;

namespace StreamSocial.Dashboard.Snapshots;

/// <summary>The JSON of the API: camel case, null for what is unknown.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(DashboardSnapshot))]
internal sealed partial class SnapshotJson : JsonSerializerContext;
