using System.Collections.Concurrent;
using StreamSocial.Kafka.Lag;
using StreamSocial.Streams.Membership;
using StreamSocial.Streams.Tasks;

namespace StreamSocial.Streams.Restoring;

/// <summary>
/// How far the checkpoints of partitions are behind the ends of their input. A member that leaves no longer reports its partitions, so
/// the positions that anybody reported last are remembered.
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

    public InputLag(LogEndReader reader, IMembersView members, ITopicLayout layout, IReadOnlyList<StageDefinition> stages, TimeProvider time)
    {
        _reader = reader;
        _members = members;
        _topics = [.. stages.Select(stage => (stage.InputTopic, layout.PartitionCountOf(stage.InputTopic)))];
        _timer = time.CreateTimer(_ => Observe(), null, ObserveInterval, ObserveInterval);
    }

    /// <summary>Reads the ends of all inputs; waits for brokers. What they do not say stays unknown.</summary>
    public void ReadEnds() =>
        _ends = _reader.ReadAsync(_topics, ReadTimeout, CancellationToken.None).GetAwaiter().GetResult().ToDictionary(ends => ends.Topic);

    /// <summary>Records between a session's checkpoint and the end that was read last; null when either is not known.</summary>
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
