using System.Text.Json.Serialization;

namespace StreamSocial.Ingest.Http;

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(AcceptedResponse))]
internal sealed partial class IngestJsonContext : JsonSerializerContext;
