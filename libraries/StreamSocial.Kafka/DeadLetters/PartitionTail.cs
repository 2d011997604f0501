using Confluent.Kafka;

namespace StreamSocial.Kafka.DeadLetters;

/// <summary>The newest letters of a partition, read backwards step by step, each step forwards.</summary>
/// <param name="span">The partition's offsets.</param>
/// <param name="limit">Most letters.</param>
internal sealed class PartitionTail(OffsetSpan span, int limit)
{
    /// <summary>Offsets of the first step; transactions' markers have some of them.</summary>
    private const int LeastStep = 64;

    private readonly LinkedList<DeadLetter> _letters = new();
    private readonly Queue<DeadLetter> _step = new();
    private OffsetSpan _reading;
    private long _from = span.To;
    private long _stepLength = Math.Max(LeastStep, limit);

    public TopicPartition Partition => span.Partition;

    /// <summary>Bytes of the letters that are held.</summary>
    public long Bytes { get; private set; }

    /// <summary>Whether there may be letters before those that are held.</summary>
    public bool HasOlder => _from > span.From;

    /// <summary>Whether it has older letters and not yet as many as are wanted.</summary>
    public bool IsWanting => HasOlder && _letters.Count < limit;

    /// <summary>The newest one that was not taken; null when none is held.</summary>
    public DeadLetter? Newest => _letters.Last?.Value;

    /// <summary>The offset before which the next page goes on: after the newest one that was not taken.</summary>
    public long Bound { get; private set; } = span.To;

    /// <summary>What to read next.</summary>
    public OffsetSpan NextStep()
    {
        _reading = new OffsetSpan(span.Partition, Math.Max(span.From, _from - _stepLength), _from);
        _stepLength *= 4;
        return _reading;
    }

    /// <summary>Adds a letter of the step; returns how many bytes more are held.</summary>
    public long Add(DeadLetter letter)
    {
        var before = Bytes;
        _step.Enqueue(letter);
        Bytes += letter.Bytes;
        if (_letters.Count + _step.Count > limit)
            TryDropOldest(out _);
        return Bytes - before;
    }

    /// <summary>Drops the oldest letter of the step, but not its only one.</summary>
    /// <param name="freed">How many bytes that freed; a letter may have none.</param>
    public bool TryDropOldest(out long freed)
    {
        freed = 0;
        if (_step.Count < 2)
            return false;
        var dropped = _step.Dequeue();
        _reading = _reading with { From = dropped.Offset + 1 };
        freed = dropped.Bytes;
        Bytes -= freed;
        return true;
    }

    /// <summary>Ends a step. One that was not read to its end counts for nothing: what is missing of it is newer than what is there.</summary>
    public void EndStep(bool isComplete)
    {
        if (isComplete)
        {
            foreach (var letter in _step.Reverse())
                _letters.AddFirst(letter);
            _from = _reading.From;
            // Nothing but markers: what is before them is next, for the next page too.
            if (_letters.Count == 0)
                Bound = _from;
        }
        else
        {
            Bytes -= _step.Sum(letter => letter.Bytes);
        }
        _step.Clear();
    }

    /// <summary>Takes the newest one.</summary>
    public DeadLetter Take()
    {
        var letter = _letters.Last!.Value;
        _letters.RemoveLast();
        Bound = letter.Offset;
        return letter;
    }
}
