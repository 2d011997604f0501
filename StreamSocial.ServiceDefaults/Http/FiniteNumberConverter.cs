using System.Text.Json;
using System.Text.Json.Serialization;

namespace StreamSocial.ServiceDefaults.Http;

/// <summary>Refuses numbers such as 1e999, which would be read as infinity, and which nobody could write again.</summary>
internal sealed class FiniteNumberConverter : JsonConverter<double>
{
    public override double Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.TokenType == JsonTokenType.Number && reader.TryGetDouble(out var number) && double.IsFinite(number) ? number : throw new JsonException();

    public override void Write(Utf8JsonWriter writer, double value, JsonSerializerOptions options) => writer.WriteNumberValue(value);
}
