using System.Text;
using Confluent.Kafka;
using StreamSocial.Events.Runtime;

namespace StreamSocial.Streams.Testing.Simulation.Brokers;

/// <summary>Reads the edge of a record that is known to have one.</summary>
internal static class EdgeReader
{
    public static string SourceOf(Message<byte[]?, byte[]?> message) => Encoding.UTF8.GetString(message.Headers.GetLastBytes(RecordHeaders.EdgeSource));

    public static long FirstOf(Message<byte[]?, byte[]?> message) =>
        RecordHeaders.TryDecodeSequence(message.Headers.GetLastBytes(RecordHeaders.EdgeSequence), out var first)
            ? first
            : throw new InvalidDataException("The record's sequence number is damaged.");
}
