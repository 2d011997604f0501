using StreamSocial.Streams.Simulation.Brokers;
using StreamSocial.Topics;

namespace StreamSocial.Streams.Simulation.Workload;

/// <summary>
/// The expected result of both stages, computed in one pass from the order in which entries reached the first stage. It shares no code with the
/// runtime: it has no tasks, edges or checkpoints.
/// </summary>
internal sealed class ReferenceModel
{
    private readonly Dictionary<(string Source, SimulatedLog Log), List<string>> _outputs = [];
    private readonly SimulatedBrokers _brokers;
    private readonly SimulatedTopics _topics;

    public ReferenceModel(SimulatedBrokers brokers, SimulatedTopics topics)
    {
        (_brokers, _topics) = (brokers, topics);
        Spreads = [.. Enumerable.Range(0, topics.Sources).Select(Spread)];
        Gathers = [.. Enumerable.Range(0, topics.Middles).Select(Gather)];
        foreach (var topic in new[] { SimulatedTopics.Results, DeadLetterTopic.NameOf(SimulatedTopics.Input) })
        {
            foreach (var log in brokers.LogsOf(topic).ToArray())
                Compare(log, EdgeLog.Read(log, isText: topic != SimulatedTopics.Results));
        }
    }

    public IReadOnlyList<ExpectedSpread> Spreads { get; }

    public IReadOnlyList<ExpectedGather> Gathers { get; }

    /// <summary>Entries that were followed.</summary>
    public long Entries { get; private set; }

    private ExpectedSpread Spread(int partition)
    {
        var expected = new ExpectedSpread();
        var source = $"{SimulatedTopics.Input}/{partition}";
        foreach (var entry in EdgeLog.Read(_brokers.Log(SimulatedTopics.Input, partition), isText: true))
        {
            Entries++;
            expected.Sources[entry.Source] = entry.Number;
            var plan = SpreadPlan.Of(entry.Text, _topics.Middles);
            if (plan.IsPoison)
            {
                var letters = DeadLetterTopic.NameOf(SimulatedTopics.Input);
                Emit(source, letters, partition % _topics.Layout.PartitionCountOf(letters), entry.Text);
                continue;
            }
            var count = expected.Counts[entry.Key] = expected.Counts.GetValueOrDefault(entry.Key) + 1;
            expected.Recent[count % 7] = plan.Hash;
            if (plan.Forgets)
                expected.Recent.Remove((count + 3) % 7);
            var text = $"{partition}|{entry.Key}|{count}|{entry.Text}";
            for (var middle = 0; middle < _topics.Middles; middle++)
            {
                if (plan.GoesTo(middle))
                    Emit(source, SimulatedTopics.Middle, middle, text);
            }
            if (plan.HasResult)
                Emit(source, SimulatedTopics.Results, _topics.Layout.PartitionOf(SimulatedTopics.Results, entry.Key), text);
        }
        return expected;
    }

    private ExpectedGather Gather(int partition)
    {
        var expected = new ExpectedGather();
        var log = _brokers.Log(SimulatedTopics.Middle, partition);
        var entries = EdgeLog.Read(log, isText: false);
        Compare(log, entries);
        foreach (var entry in entries)
        {
            Entries++;
            var origin = entry.Text[..entry.Text.IndexOf('|', StringComparison.Ordinal)];
            var count = expected.Counts[origin] = expected.Counts.GetValueOrDefault(origin) + 1;
            expected.Sequences[origin] = SequenceHash.Add(expected.Sequences.GetValueOrDefault(origin), entry.Text);
            if (count % 5 == 0)
                Emit($"{SimulatedTopics.Middle}/{partition}", SimulatedTopics.Results, _topics.Layout.PartitionOf(SimulatedTopics.Results, origin), entry.Text);
        }
        return expected;
    }

    private void Emit(string source, string topic, int partition, string text)
    {
        var edge = (source, _brokers.Log(topic, partition));
        if (!_outputs.TryGetValue(edge, out var texts))
            _outputs.Add(edge, texts = []);
        texts.Add(text);
    }

    /// <summary>Checks that every edge into the partition carried all that its source had to emit, in order.</summary>
    private void Compare(SimulatedLog log, List<EdgeEntry> entries)
    {
        var came = entries.ToLookup(entry => entry.Source, entry => entry.Text, StringComparer.Ordinal);
        foreach (var source in came.Select(edge => edge.Key).Union(_outputs.Keys.Where(edge => edge.Log == log).Select(edge => edge.Source)))
        {
            var expected = _outputs.GetValueOrDefault((source, log)) ?? [];
            var actual = came[source].ToList();
            if (actual.SequenceEqual(expected))
                continue;
            var at = actual.Zip(expected).TakeWhile(pair => pair.First == pair.Second).Count();
            throw new SimulationException(
                $"{log.Topic}/{log.Partition} from {source}: {actual.Count} entries, expected {expected.Count}; the first that differs is number {at + 1}: "
                + $"'{actual.ElementAtOrDefault(at)}', expected '{expected.ElementAtOrDefault(at)}'");
        }
    }
}

/// <summary>State that a task of the first stage must end with.</summary>
internal sealed class ExpectedSpread
{
    public Dictionary<string, long> Counts { get; } = [];

    public Dictionary<long, long> Recent { get; } = [];

    /// <summary>Last number of each source.</summary>
    public Dictionary<string, long> Sources { get; } = [];
}

/// <summary>State that a task of the second stage must end with.</summary>
internal sealed class ExpectedGather
{
    public Dictionary<string, long> Counts { get; } = [];

    public Dictionary<string, long> Sequences { get; } = [];
}
