using System.Text;
using Google.Protobuf.WellKnownTypes;
using StreamSocial.Streams.Simulation.Brokers;
using StreamSocial.Streams.Tasks;

namespace StreamSocial.Streams.Simulation.Workload;

/// <summary>
/// Reads a partition as a strict receiver: each entry of each edge once and in order. A repeat that differs from the original, or a missing
/// number, is an error.
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
            var edges = EdgeReader.EdgesOf(record.Message);
            if (!RecordEntries.TryRead(record.Message, edges, out var payloads, out var damage))
                throw damage;
            var next = 0;
            foreach (var edge in edges)
            {
                if (!bySource.TryGetValue(edge.Source, out var known))
                    bySource.Add(edge.Source, known = []);
                for (var i = 0; i < edge.Entries; i++)
                {
                    var payload = payloads[next++].Payload.Span;
                    Take(edge.Source, known, edge.First + i, isText ? Encoding.UTF8.GetString(payload) : StringValue.Parser.ParseFrom(payload).Value);
                }
            }

            void Take(string source, List<string> known, long at, string text)
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

/// <summary>One entry of an edge, the first time it came.</summary>
internal readonly record struct EdgeEntry(string Source, long Number, string Key, string Text);
