using System.Text.Json;
using System.Text.Json.Serialization;

namespace StreamSocial.Control;

/// <summary>The documents as JSON. A missing or null number is an error when read: it must not become 0.</summary>
[JsonSourceGenerationOptions(JsonSerializerDefaults.Web, RespectNullableAnnotations = true, RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(ScaleDocument))]
[JsonSerializable(typeof(ScaleSpec))]
[JsonSerializable(typeof(IReadOnlyList<ResourceDocument>))]
[JsonSerializable(typeof(KafkaDocument))]
[JsonSerializable(typeof(OverrideRequest))]
internal sealed partial class ControlJson : JsonSerializerContext;
