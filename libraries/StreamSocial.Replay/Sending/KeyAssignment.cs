using System.Runtime.InteropServices;

namespace StreamSocial.Replay.Sending;

/// <summary>
/// Assigns keys to workers. A key stays with the worker that has events of it in flight, so that their order is kept; any other key goes to the
/// worker whose batch is being filled. When that is full, the least loaded worker is next. Thread-safe.
/// </summary>
/// <param name="workers">Number of workers.</param>
/// <param name="batchSize">Events per batch.</param>
internal sealed class KeyAssignment(int workers, int batchSize)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, (int Worker, int UnderWay)> _keys = new(StringComparer.Ordinal);
    private readonly int[] _underWay = new int[workers];
    private TaskCompletionSource _released = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _filling;
    private int _room;

    /// <summary>Returns the index of the worker for the next event of a key. Call <see cref="Release"/> when the event is acknowledged.</summary>
    public int Assign(string key)
    {
        lock (_lock)
        {
            ref var owner = ref CollectionsMarshal.GetValueRefOrAddDefault(_keys, key, out var isUnderWay);
            if (!isUnderWay)
                owner.Worker = WorkerToFill();
            owner.UnderWay++;
            _underWay[owner.Worker]++;
            return owner.Worker;
        }
    }

    /// <summary>
    /// Returns the index of the worker for the next event of two keys, or null if events of them are under way with different workers; then
    /// <paramref name="released"/> completes when there is a reason to try again.
    /// </summary>
    public int? TryAssign(string key, string secondKey, out Task released)
    {
        lock (_lock)
        {
            released = _released.Task;
            if (!_keys.TryGetValue(secondKey, out var second))
                second.Worker = _keys.TryGetValue(key, out var only) ? only.Worker : WorkerToFill();
            else if (_keys.TryGetValue(key, out var first) && first.Worker != second.Worker)
                return null;
            foreach (var each in new[] { key, secondKey })
            {
                ref var owner = ref CollectionsMarshal.GetValueRefOrAddDefault(_keys, each, out _);
                owner = (second.Worker, owner.UnderWay + 1);
                _underWay[second.Worker]++;
            }

            return second.Worker;
        }
    }

    /// <summary>Starts the next batch, after batches were sent before they were full.</summary>
    public void StartNextBatch()
    {
        lock (_lock)
            _room = 0;
    }

    /// <summary>Reports that one event for each of these keys is acknowledged.</summary>
    public void Release(IEnumerable<string> keys)
    {
        lock (_lock)
        {
            foreach (var key in keys)
            {
                ref var owner = ref CollectionsMarshal.GetValueRefOrNullRef(_keys, key);
                _underWay[owner.Worker]--;
                if (--owner.UnderWay == 0)
                    _keys.Remove(key);
            }

            _released.SetResult();
            _released = new(TaskCreationOptions.RunContinuationsAsynchronously);
        }
    }

    private int WorkerToFill()
    {
        if (_room == 0)
        {
            _filling = Array.IndexOf(_underWay, _underWay.Min());
            _room = batchSize;
        }
        _room--;
        return _filling;
    }
}
