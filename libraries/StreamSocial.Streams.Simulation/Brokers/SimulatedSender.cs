using Confluent.Kafka;
using StreamSocial.Kafka.Producing;
using StreamSocial.Streams.Checkpoints;

namespace StreamSocial.Streams.Simulation.Brokers;

/// <summary>The producers of one process: order kept within a partition, arrival and acknowledgement at any time later.</summary>
internal sealed class SimulatedSender(SimulatedBrokers brokers, SimulationRandom random, bool isIngest = false) : IRecordSender
{
    private readonly Dictionary<SimulatedLog, Queue<PendingSend>> _sending = [];
    private readonly Dictionary<SimulatedLog, Queue<(PendingSend Send, long Offset)>> _arrived = [];
    private readonly EdgeMutations _mutations = new(brokers.Mutant, random);

    public bool HasSending => _sending.Values.Any(queue => queue.Count > 0);

    public bool HasArrived => _arrived.Values.Any(queue => queue.Count > 0);

    public void Send(string topic, int partition, Message<byte[]?, byte[]?> message, IDeliveryHandler handler, long token)
    {
        var log = brokers.Log(topic, partition);
        if (!_sending.TryGetValue(log, out var queue))
        {
            _sending.Add(log, queue = []);
            _arrived.Add(log, []);
        }
        if (SimulatedBrokers.IsChangelog(topic))
        {
            if (brokers.Mutant == Mutant.SkippedContent && !IsOwn(message.Key) && random.OneIn(10))
                handler.OnDelivered(token, -1, null);
            else
                queue.Enqueue(new PendingSend(log, message, handler, token));
            return;
        }
        // Only the first of several records is acknowledged to the caller; one that is held back or lost is acknowledged at once.
        IDeliveryHandler? next = handler;
        if (brokers.Mutant == Mutant.CommittedTooEarly && !isIngest)
        {
            handler.OnDelivered(token, -1, null);
            next = null;
        }
        foreach (var mutated in _mutations.Apply(log, message))
        {
            queue.Enqueue(new PendingSend(log, mutated, next, token));
            next = null;
        }
        next?.OnDelivered(token, -1, null);
    }

    /// <summary>Lets records of one partition arrive.</summary>
    public void Deliver()
    {
        var queue = PickFrom(_sending);
        for (var records = 1 + random.Below(4); records > 0 && queue.TryDequeue(out var send); records--)
        {
            var offset = brokers.Append(send.Log, send);
            _arrived[send.Log].Enqueue((send, offset));
        }
    }

    /// <summary>Lets acknowledgements of one partition come back.</summary>
    public void Acknowledge()
    {
        var queue = PickFrom(_arrived);
        for (var records = 1 + random.Below(6); records > 0 && queue.TryDequeue(out var arrived); records--)
        {
            var (send, offset) = arrived;
            send.Handler?.OnDelivered(send.Token, offset, null);
        }
    }

    /// <summary>The process died; what it sent may still arrive.</summary>
    public void Die() => brokers.AddOrphans(_sending.Values);

    public static bool IsOwn(byte[]? key) => key is [0, ..] && (key.AsSpan().SequenceEqual(ChangelogKeys.Commit) || key.AsSpan().SequenceEqual(ChangelogKeys.Fence));

    private Queue<T> PickFrom<T>(Dictionary<SimulatedLog, Queue<T>> queues)
    {
        var chosen = random.Below(queues.Values.Count(queue => queue.Count > 0));
        return queues.Values.Where(queue => queue.Count > 0).ElementAt(chosen);
    }
}

/// <summary>A record on its way to its log, and the handler of its acknowledgement.</summary>
internal sealed record PendingSend(SimulatedLog Log, Message<byte[]?, byte[]?> Message, IDeliveryHandler? Handler, long Token);
