using System.Text.Json.Serialization;

namespace StreamSocial.Replay.Messages;

/// <summary>Serialisers made at build time: a replay shares its cores with the system it drives.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(List<ReplayAction>))]
[JsonSerializable(typeof(List<ReplayInteraction>))]
internal sealed partial class ReplayJson : JsonSerializerContext;
