using Microsoft.Extensions.Time.Testing;
using StreamSocial.Streams.Tasks;

namespace StreamSocial.Streams.Simulation.Brokers;

/// <summary>The cluster: logs, the group, transactions, and requests of dead processes that are still on their way.</summary>
internal sealed class SimulatedBrokers(IReadOnlyList<TaskId> inputs, bool transactions, FakeTimeProvider time, SimulationRandom random, Mutant mutant)
{
    /// <summary>Records that a changelog keeps on a cluster without transactions, as the embedded one does.</summary>
    public const int RetainedRecords = 80;

    private readonly Dictionary<(string Topic, int Partition), SimulatedLog> _logs = [];
    private readonly List<Queue<PendingSend>> _orphans = [];
    private SimulatedTransactions? _coordinator;

    public SimulatedGroup Group { get; } = new(inputs, random, acceptsAnyView: mutant == Mutant.StaleWrite);

    public SimulatedTransactions Transactions => _coordinator ??= new SimulatedTransactions(Group, time);

    public bool HasTransactions => transactions;

    public Mutant Mutant => mutant;

    /// <summary>Whether a request of a dead process or a transaction marker is on its way.</summary>
    public bool HasWork => _orphans.Count > 0 || Transactions.HasEnding;

    public SimulatedLog Log(string topic, int partition)
    {
        if (!_logs.TryGetValue((topic, partition), out var log))
            _logs.Add((topic, partition), log = new SimulatedLog(topic, partition));
        return log;
    }

    public IEnumerable<SimulatedLog> LogsOf(string topic) => _logs.Values.Where(log => log.Topic == topic);

    /// <summary>Records in all partitions that are not changelogs.</summary>
    public long CountRecords() => _logs.Values.Where(log => !IsChangelog(log.Topic)).Sum(log => log.End);

    /// <summary>Appends what a producer sent. A retry may repeat it, but only in topics whose readers deduplicate by edges.</summary>
    public long Append(SimulatedLog log, PendingSend send)
    {
        var offset = log.Append(send.Message, transaction: null, time.GetUtcNow());
        if (!IsChangelog(log.Topic))
        {
            if (random.OneIn(40))
                log.Append(send.Message, transaction: null, time.GetUtcNow());
        }
        else if (!transactions)
        {
            log.Trim(RetainedRecords);
        }
        return offset;
    }

    /// <summary>Adds what a dead process sent and what may or may not arrive.</summary>
    public void AddOrphans(IEnumerable<Queue<PendingSend>> queues) => _orphans.AddRange(queues.Where(queue => queue.Count > 0));

    /// <summary>Delivers one request or transaction marker, or compacts a changelog.</summary>
    public void Step()
    {
        if (transactions && random.OneIn(8) && _logs.Values.Where(log => IsChangelog(log.Topic)).ToArray() is { Length: > 0 } changelogs)
            random.Pick(changelogs).Compact(forgetsDeletions: false);
        if (Transactions.HasEnding && (_orphans.Count == 0 || random.OneIn(2)))
        {
            Transactions.DeliverMarker(random);
            return;
        }
        if (_orphans.Count == 0)
            return;
        var index = random.Below(_orphans.Count);
        var queue = _orphans[index];
        // Only the first requests were sent: if one is dropped, all after it are.
        if (random.OneIn(3))
            queue.Clear();
        else
            Append(queue.Peek().Log, queue.Dequeue());
        if (queue.Count == 0)
            _orphans.RemoveAt(index);
    }

    /// <summary>Delivers everything that is on its way.</summary>
    public void DeliverAll()
    {
        Transactions.FinishAll();
        while (_orphans.Count > 0)
            Step();
    }

    /// <summary>Compacts all changelogs, whose deletions are old by now.</summary>
    public void CompactAll()
    {
        foreach (var log in _logs.Values.Where(log => transactions && IsChangelog(log.Topic)))
            log.Compact(forgetsDeletions: true);
    }

    public static bool IsChangelog(string topic) => topic.EndsWith("-state", StringComparison.Ordinal);
}
