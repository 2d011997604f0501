using System.Text.Json;
using System.Text.Json.Serialization;
using StreamSocial.Dashboard.Snapshots;

namespace StreamSocial.Dashboard.History;

/// <summary>Some points of the charts as a record of topic <c>dashboard-history</c>: JSON.</summary>
internal static class HistoryRecords
{
    public static byte[] Write(IReadOnlyList<HistoryPoint> points) => JsonSerializer.SerializeToUtf8Bytes(points, HistoryJson.Default.IReadOnlyListHistoryPoint);

    /// <exception cref="JsonException">These are no points.</exception>
    public static IReadOnlyList<HistoryPoint> Read(byte[] value) => JsonSerializer.Deserialize(value, HistoryJson.Default.IReadOnlyListHistoryPoint) ?? throw new JsonException("There are no points.");
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(IReadOnlyList<HistoryPoint>))]
internal sealed partial class HistoryJson : JsonSerializerContext;
