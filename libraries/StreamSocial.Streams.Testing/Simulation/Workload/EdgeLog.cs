using System.Text;
using Google.Protobuf.WellKnownTypes;
using StreamSocial.Streams.Tasks;
using StreamSocial.Streams.Testing.Simulation.Brokers;

namespace StreamSocial.Streams.Testing.Simulation.Workload;

/// <summary>
/// Reads a partition as a receiver that trusts nobody: each entry of each edge once and in order, a repeat must say what it said the
/// first time, and a missing number is an error.
/// </summary>
internal static class EdgeLog
{
    public static List<EdgeEntry> Read(SimulatedLog log, bool isText)
    {
        var entries = new List<EdgeEntry>();
        var bySource = new Dictionary<string, List<string>>(StringComparer.Ordinal);
        var position = 0L;
        while (log.Read(ref position) is { } record)
        {
            var source = EdgeReader.SourceOf(record.Message);
            var number = EdgeReader.FirstOf(record.Message);
            if (!bySource.TryGetValue(source, out var known))
                bySource.Add(source, known = []);
            if (!RecordEntries.TryRead(record.Message, out var payloads, out var damage))
                throw damage;
            foreach (var payload in payloads)
            {
                var text = isText ? Encoding.UTF8.GetString(payload.Payload.Span) : StringValue.Parser.ParseFrom(payload.Payload.Span).Value;
                Take(number++, text);
            }

            void Take(long at, string text)
            {
                if (at > known.Count + 1)
                    throw new SimulationException($"{log.Topic}/{log.Partition}: entries {known.Count + 1} to {at - 1} from {source} are missing before offset {record.Offset.Value}");
                if (at <= known.Count)
                {
                    if (known[(int)at - 1] != text)
                        throw new SimulationException($"{log.Topic}/{log.Partition}: entry {at} from {source} was '{known[(int)at - 1]}' and is '{text}' at offset {record.Offset.Value}");
                    return;
                }
                known.Add(text);
                entries.Add(new EdgeEntry(source, at, Encoding.UTF8.GetString(record.Message.Key ?? []), text));
            }
        }
        return entries;
    }
}
