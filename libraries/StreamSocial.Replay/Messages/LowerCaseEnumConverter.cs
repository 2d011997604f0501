using System.Text.Json;
using System.Text.Json.Serialization;

namespace StreamSocial.Replay.Messages;

/// <summary>Writes an enum as the lower-case word that the HTTP contract uses, for example <c>share</c>.</summary>
internal sealed class LowerCaseEnumConverter<T>() : JsonStringEnumConverter<T>(JsonNamingPolicy.CamelCase, allowIntegerValues: false)
    where T : struct, Enum;
