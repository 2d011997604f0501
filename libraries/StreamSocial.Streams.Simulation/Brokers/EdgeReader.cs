using Confluent.Kafka;
using StreamSocial.Streams.Contracts;
using StreamSocial.Streams.Tasks;

namespace StreamSocial.Streams.Simulation.Brokers;

/// <summary>Reads the edges of a record that is known to have some.</summary>
internal static class EdgeReader
{
    public static IReadOnlyList<EdgeRun> EdgesOf(Message<byte[]?, byte[]?> message) =>
        RecordEntries.TryReadEdges(message.Headers, out var edges, out var damage) ? edges : throw damage;
}
