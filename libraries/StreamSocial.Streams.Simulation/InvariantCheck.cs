using StreamSocial.Streams.Tasks;
using StreamSocial.Streams.Simulation.Workload;

namespace StreamSocial.Streams.Simulation;

/// <summary>Compares the result of a schedule with the reference, and checks the audit.</summary>
internal sealed class InvariantCheck(SimulationContext context, IReadOnlyList<SimulatedIngest> ingests)
{
    private ReferenceModel? _reference;
    private long _records;

    /// <summary>Checks the state of the tasks.</summary>
    /// <exception cref="SimulationException">They differ, or the audit counted a loss.</exception>
    public void Run(IEnumerable<StreamTask> tasks)
    {
        if (context.Audit.Lost > 0 || context.Audit.Misordered > 0)
            throw new SimulationException($"The audit counted {context.Audit.Lost} lost and {context.Audit.Misordered} misordered entries.");
        var reference = CreateReference();
        foreach (var task in tasks)
        {
            if (task.Id.Topic == SimulatedTopics.Input)
                Compare(task, reference.Spreads[task.Id.Partition]);
            else
                Compare(task, reference.Gathers[task.Id.Partition]);
        }
    }

    private ReferenceModel CreateReference()
    {
        var records = context.Brokers.CountRecords();
        if (_reference is not null && records == _records)
            return _reference;
        _records = records;
        _reference = new ReferenceModel(context.Brokers, context.Topics);
        CheckAcknowledged(_reference);
        context.Counters.EntriesChecked += _reference.Entries;
        return _reference;
    }

    private void CheckAcknowledged(ReferenceModel reference)
    {
        foreach (var ((source, partition), number) in ingests.SelectMany(ingest => ingest.Acknowledged))
        {
            var there = reference.Spreads[partition].Sources.GetValueOrDefault(source);
            if (there < number)
                throw new SimulationException($"Entry {number} of {source} to partition {partition} was acknowledged; only {there} are there.");
        }
    }

    private static void Compare(StreamTask task, ExpectedSpread expected) => task.Read((SpreadProcessor processor) =>
    {
        Compare(task, "counts", processor.Counts.Entries, expected.Counts);
        Compare(task, "recent", processor.Recent.Entries, expected.Recent);
        return true;
    });

    private static void Compare(StreamTask task, ExpectedGather expected) => task.Read((GatherProcessor processor) =>
    {
        Compare(task, "counts", processor.Counts.Entries, expected.Counts);
        Compare(task, "sequences", processor.Sequences.Entries, expected.Sequences);
        return true;
    });

    private static void Compare<TKey>(StreamTask task, string store, IEnumerable<KeyValuePair<TKey, long>> actual, Dictionary<TKey, long> expected)
        where TKey : notnull
    {
        var found = 0;
        foreach (var (key, value) in actual)
        {
            found++;
            if (!expected.TryGetValue(key, out var right) || right != value)
                throw new SimulationException($"Task {task.Id}, store {store}: '{key}' is {value}, expected {(expected.ContainsKey(key) ? right.ToString(System.Globalization.CultureInfo.InvariantCulture) : "nothing")}.");
        }
        if (found != expected.Count)
            throw new SimulationException($"Task {task.Id}, store {store}: {found} entries, expected {expected.Count}.");
    }
}
