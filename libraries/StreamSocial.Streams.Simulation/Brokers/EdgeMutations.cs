using Confluent.Kafka;
using Google.Protobuf;
using StreamSocial.Streams.Contracts;
using StreamSocial.Streams.Tasks;
using StreamSocial.Topics;

namespace StreamSocial.Streams.Simulation.Brokers;

/// <summary>Damages the records of an edge as a faulty sender would: see <see cref="Mutant"/>.</summary>
internal sealed class EdgeMutations(Mutant mutant, SimulationRandom random)
{
    /// <summary>A fault in this many records.</summary>
    private const int Rarity = 30;

    private readonly Dictionary<SimulatedLog, Message<byte[]?, byte[]?>> _held = [];
    private readonly Dictionary<(SimulatedLog Log, string Source), long> _shifts = [];

    /// <summary>What is sent instead of a record, in this order.</summary>
    public IEnumerable<Message<byte[]?, byte[]?>> Apply(SimulatedLog log, Message<byte[]?, byte[]?> message) => mutant switch
    {
        Mutant.Drop => random.OneIn(Rarity) ? [] : [message],
        Mutant.Duplicate => Duplicate(log, message),
        Mutant.Swap => Swap(log, message),
        _ => [message],
    };

    private IEnumerable<Message<byte[]?, byte[]?>> Swap(SimulatedLog log, Message<byte[]?, byte[]?> message)
    {
        if (_held.Remove(log, out var held))
            return [message, held];
        if (!random.OneIn(Rarity))
            return [message];
        _held.Add(log, message);
        return [];
    }

    private List<Message<byte[]?, byte[]?>> Duplicate(SimulatedLog log, Message<byte[]?, byte[]?> message)
    {
        List<Message<byte[]?, byte[]?>> sent = [Shift(log, message)];
        if (random.OneIn(Rarity))
        {
            foreach (var edge in EdgeReader.EdgesOf(message))
                _shifts[(log, edge.Source)] = ShiftOf(log, edge) + edge.Entries;
            sent.Add(Shift(log, message));
        }
        return sent;
    }

    private long ShiftOf(SimulatedLog log, EdgeRun edge) => _shifts.GetValueOrDefault((log, edge.Source));

    /// <summary>The same entries under the numbers that follow what was duplicated.</summary>
    private Message<byte[]?, byte[]?> Shift(SimulatedLog log, Message<byte[]?, byte[]?> message)
    {
        var edges = EdgeReader.EdgesOf(message);
        var shifted = new Message<byte[]?, byte[]?> { Key = message.Key, Value = message.Value, Headers = [] };
        foreach (var header in message.Headers)
        {
            shifted.Headers.Add(header.Key, header.Key switch
            {
                RecordHeaders.EdgeSequence => RecordHeaders.EncodeSequence(edges[0].First + ShiftOf(log, edges[0])),
                RecordHeaders.EdgeRuns => new EdgeRuns
                {
                    Runs = { edges.Select(edge => new EdgeRun { Source = edge.Source, First = edge.First + ShiftOf(log, edge), Entries = edge.Entries }) },
                }.ToByteArray(),
                _ => header.GetValueBytes(),
            });
        }
        return shifted;
    }
}

/// <summary>Reads the edges of a record that is known to have some.</summary>
internal static class EdgeReader
{
    public static IReadOnlyList<EdgeRun> EdgesOf(Message<byte[]?, byte[]?> message) =>
        RecordEntries.TryReadEdges(message.Headers, out var edges, out var damage) ? edges : throw damage;
}
