namespace StreamSocial.Streams.Membership.Diagnosis;

/// <summary>Judges each partition's consumer by its last readings. Not thread-safe.</summary>
public sealed class DiagnosisHistory
{
    /// <summary>Readings in a window, as in Burrow, and the least time between two of them.</summary>
    private const int Readings = 10;
    private static readonly TimeSpan Spacing = TimeSpan.FromMilliseconds(900);

    /// <summary>Fewer readings judge nothing.</summary>
    private const int FewestReadings = 4;

    /// <summary>So many times the topic's mean arrives in a partition that is hot.</summary>
    private const double HotFactor = 3;

    /// <summary>Fewer records say nothing about a key.</summary>
    private const long FewestHot = 10;

    /// <summary>An owner less busy than this could do more.</summary>
    private const double Busy = 0.5;

    private readonly Dictionary<(string Topic, int Partition), Window> _windows = [];
    private DateTimeOffset _readAt;

    /// <summary>Adds a reading, and each partition's diagnosis to it.</summary>
    public GroupReading Add(GroupReading reading)
    {
        // The clock was set back: what was before is no measure of time.
        if (reading.At < _readAt)
            _windows.Clear();
        _readAt = reading.At;
        var failed = FailedTasks(reading);
        return reading with { Topics = [.. reading.Topics.Select(topic => Add(topic, reading, failed))] };
    }

    private TopicReading Add(TopicReading topic, GroupReading reading, Dictionary<(string, int), FailedTask> failed)
    {
        var windows = topic.Partitions.Select((partition, number) => Observe(topic.Topic, number, partition, reading.At)).ToArray();
        var statuses = windows.Select(window => window.Judge()).ToArray();
        var mean = windows.Length == 0 ? 0 : windows.Average(window => window.Appended);
        var mostKeepUp = statuses.Count(status => status == ConsumerStatus.Ok) * 2 > statuses.Length;
        return topic with
        {
            Partitions =
            [
                .. topic.Partitions.Select((partition, number) => partition with
                {
                    Diagnosis = new PartitionDiagnosis(
                        statuses[number],
                        CauseOf(partition, statuses[number], reading.Members is not null, failed.GetValueOrDefault((topic.Topic, number)), windows[number].IsRepeating, IsHot(windows[number]), topic.Topic)),
                }),
            ],
        };

        bool IsHot(Window window) => mostKeepUp && window.Appended >= Math.Max(FewestHot, HotFactor * mean);
    }

    private Window Observe(string topic, int number, PartitionReading partition, DateTimeOffset at)
    {
        if (!_windows.TryGetValue((topic, number), out var window))
            _windows[(topic, number)] = window = new Window();
        window.Observe(partition, at);
        return window;
    }

    private static DelayCause CauseOf(PartitionReading partition, ConsumerStatus status, bool knowsMembers, FailedTask? failed, bool isRepeating, bool isHot, string topic)
    {
        if (failed is not null && partition.Lag != 0)
            return failed.IsPoisoned ? DelayCause.Poison : DelayCause.FailedTask;
        if (partition.Owner is not { } owner)
            return knowsMembers ? DelayCause.NoOwner : DelayCause.Unknown;
        if (partition.IsRestoring)
            return DelayCause.Restoring;
        if (owner.PausedInputs.Contains(topic))
            return partition.Lag is null or 0 ? DelayCause.None : DelayCause.Paused;
        if (isRepeating)
            return DelayCause.Restoring;
        if (status is ConsumerStatus.Ok or ConsumerStatus.Unknown || partition.Lag is null or 0)
            return DelayCause.None;
        if (owner.WaitingInputs.Contains(topic))
            return DelayCause.SlowDownstream;
        if (isHot && status == ConsumerStatus.Warn)
            return DelayCause.HotKey;
        return owner.HasBusyRatio && owner.BusyRatio < Busy ? DelayCause.Unknown : DelayCause.TooFewReplicas;
    }

    private static Dictionary<(string, int), FailedTask> FailedTasks(GroupReading reading)
    {
        var failed = new Dictionary<(string, int), FailedTask>();
        foreach (var task in (reading.Members ?? []).Where(member => !reading.IsSilent(member)).SelectMany(member => member.FailedTasks))
            failed[(task.Topic, task.Partition)] = task;
        return failed;
    }

    /// <summary>The last readings of one partition.</summary>
    private sealed class Window
    {
        private readonly Queue<Sample> _samples = new();
        private DateTimeOffset _last;
        private bool _hadPosition;
        private bool _hasPosition;

        /// <summary>Records that were appended in the window.</summary>
        public long Appended => _samples.Count < 2 ? 0 : Math.Max(0, _samples.Last().End - _samples.Peek().End);

        /// <summary>Whether the position has not passed yet what it was before it went back.</summary>
        public bool IsRepeating => _samples.Count > 0 && _samples.Last().Next < _samples.Max(sample => sample.Next);

        public void Observe(PartitionReading partition, DateTimeOffset at)
        {
            _hasPosition = partition.NextOffset is not null;
            if (partition is not { NextOffset: { } next, LogEnd: { } end })
                return;
            _hadPosition = true;
            if (_samples.Count > 0 && at - _last < Spacing)
                return;
            _last = at;
            _samples.Enqueue(new Sample(next, end));
            while (_samples.Count > Readings)
                _samples.Dequeue();
        }

        public ConsumerStatus Judge()
        {
            if (!_hasPosition)
                return _hadPosition ? ConsumerStatus.Stop : ConsumerStatus.Unknown;
            if (_samples.Count < FewestReadings)
                return ConsumerStatus.Unknown;
            Sample[] samples = [.. _samples];
            var steps = samples.Zip(samples.Skip(1)).ToArray();
            if (Array.Exists(steps, step => step.Second.Next < step.First.Next))
                return ConsumerStatus.Rewind;
            if (Array.Exists(samples, sample => sample.Lag == 0))
                return ConsumerStatus.Ok;
            if (samples[^1].Next == samples[0].Next)
                return samples[^1].Lag >= samples[0].Lag ? ConsumerStatus.Stall : ConsumerStatus.Ok;
            return Array.Exists(steps, step => step.Second.Lag < step.First.Lag) ? ConsumerStatus.Ok : ConsumerStatus.Warn;
        }

        private readonly record struct Sample(long Next, long End)
        {
            public long Lag => Math.Max(0, End - Next);
        }
    }
}
