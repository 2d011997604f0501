using System.Collections.Concurrent;
using StreamSocial.Kafka.Lag;
using StreamSocial.Streams.Membership;
using StreamSocial.Streams.Tasks;

namespace StreamSocial.Streams.Restoring;

/// <summary>The waiting restores, those with the largest input lag first.</summary>
/// <remarks>
/// An unknown lag ranks after any known lag and before no lag; equal ones keep the order in which they came.
/// </remarks>
internal sealed class RestoreQueue
{
    private readonly PriorityQueue<RestoreSession, (long Rank, long Number)> _waiting = new();
    private long _number;

    public int Count => _waiting.Count;

    /// <param name="session">What waits.</param>
    /// <param name="lagRecords">Input records between the session's checkpoint and the log's end; null when not known.</param>
    public void Add(RestoreSession session, long? lagRecords) => _waiting.Enqueue(session, (RankOf(lagRecords), _number++));

    public bool TryTake([System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out RestoreSession? session) => _waiting.TryDequeue(out session, out _);

    private static long RankOf(long? lagRecords) => lagRecords switch
    {
        null => -1,
        <= 0 => 0,
        // Below -1: even a lag of one record ranks before the unknown.
        { } lag => -1 - lag,
    };
}

/// <summary>
/// How far the checkpoints of partitions are behind the ends of their input. It remembers the last reported position of each partition,
/// since a member that leaves no longer reports any.
/// </summary>
internal sealed class InputLag : IDisposable
{
    private static readonly TimeSpan ObserveInterval = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan ReadTimeout = TimeSpan.FromSeconds(1);

    private readonly ConcurrentDictionary<TaskId, long> _committed = new();
    private readonly LogEndReader _reader;
    private readonly IMembersView _members;
    private readonly IReadOnlyList<(string Topic, int Partitions)> _topics;
    private readonly ITimer _timer;
    private Dictionary<string, TopicLogEnds> _ends = [];

    public InputLag(LogEndReader reader, IMembersView members, IReadOnlyList<(string Topic, int Partitions)> topics, TimeProvider time)
    {
        _reader = reader;
        _members = members;
        _topics = topics;
        _timer = time.CreateTimer(_ => Observe(), null, ObserveInterval, ObserveInterval);
    }

    /// <summary>Reads the log ends of all inputs; waits for brokers. An end that they do not report is unknown.</summary>
    public void ReadEnds() =>
        _ends = _reader.ReadAsync(_topics, ReadTimeout, CancellationToken.None).GetAwaiter().GetResult().ToDictionary(ends => ends.Topic);

    /// <summary>The end of a partition as it was read last; 0 when it is unknown.</summary>
    public long EndOf(TaskId task) => _ends.TryGetValue(task.Topic, out var ends) && task.Partition < ends.NextOffsets.Length ? ends.NextOffsets[task.Partition] ?? 0 : 0;

    /// <summary>Records between a session's checkpoint and the end that was read last; null when either is unknown.</summary>
    public long? Of(RestoreSession session)
    {
        var id = session.Task.Id;
        if (!_ends.TryGetValue(id.Topic, out var ends) || ends.NextOffsets[id.Partition] is not { } end)
            return null;
        if (session.ExpectedOffset >= 0)
            return end - session.ExpectedOffset;
        return _committed.TryGetValue(id, out var committed) ? end - committed : null;
    }

    public void Dispose()
    {
        _timer.Dispose();
        _reader.Dispose();
    }

    private void Observe()
    {
        foreach (var topic in _members.Current.Members.Values.SelectMany(member => member.Topics))
        {
            for (var i = 0; i < topic.Partitions.Count; i++)
            {
                if (topic.CommittedOffsets[i] >= 0)
                    _committed[new TaskId(topic.Topic, topic.Partitions[i])] = topic.CommittedOffsets[i];
            }
        }
    }
}
