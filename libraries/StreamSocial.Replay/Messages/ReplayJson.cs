using System.Text.Json;
using System.Text.Json.Serialization;
using StreamSocial.Events;
using StreamSocial.Events.Actions;
using StreamSocial.Events.Interactions;

namespace StreamSocial.Replay.Messages;

/// <summary>Serialisers generated at build time, which save processor time: a replay often shares the machine with the system that it drives.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(List<ReplayAction>))]
[JsonSerializable(typeof(List<ReplayInteraction>))]
internal sealed partial class ReplayJson : JsonSerializerContext;

/// <summary>Writes the type of an action as the word that the HTTP contract uses, for example <c>share</c>.</summary>
internal sealed class ActionTypeConverter : JsonConverter<ActionType>
{
    public override void Write(Utf8JsonWriter writer, ActionType value, JsonSerializerOptions options) =>
        writer.WriteStringValue(ActionTypes.Of(value).JsonName);

    public override ActionType Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        var name = reader.GetString();
        return ActionTypes.All.FirstOrDefault(definition => definition.Name == name)?.Type
            ?? throw new JsonException($"'{name}' is no type of action.");
    }
}

/// <summary>Writes the type of an interaction as the word that the HTTP contract uses, for example <c>view</c>.</summary>
internal sealed class InteractionTypeConverter : JsonConverter<InteractionType>
{
    public override void Write(Utf8JsonWriter writer, InteractionType value, JsonSerializerOptions options) =>
        writer.WriteStringValue(InteractionTypes.Of(value).JsonName);

    public override InteractionType Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        var name = reader.GetString();
        return InteractionTypes.All.FirstOrDefault(definition => definition.Name == name)?.Type
            ?? throw new JsonException($"'{name}' is no type of interaction.");
    }
}
