using Confluent.Kafka;
using StreamSocial.Events.Runtime;
using StreamSocial.Streams.Tasks;

namespace StreamSocial.Streams.Testing.Simulation.Brokers;

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
        var edge = (log, EdgeReader.SourceOf(message));
        var shift = _shifts.GetValueOrDefault(edge);
        List<Message<byte[]?, byte[]?>> sent = [Shift(message, shift)];
        if (random.OneIn(Rarity))
        {
            _shifts[edge] = shift += RecordEntries.CountIn(message);
            sent.Add(Shift(message, shift));
        }
        return sent;
    }

    private static Message<byte[]?, byte[]?> Shift(Message<byte[]?, byte[]?> message, long by)
    {
        var shifted = new Message<byte[]?, byte[]?> { Key = message.Key, Value = message.Value, Headers = [] };
        foreach (var header in message.Headers)
            shifted.Headers.Add(header.Key, header.Key == RecordHeaders.EdgeSequence ? RecordHeaders.EncodeSequence(EdgeReader.FirstOf(message) + by) : header.GetValueBytes());
        return shifted;
    }
}
