using System.Runtime.InteropServices;

namespace StreamSocial.Replay.Sending;

/// <summary>
/// Which worker takes a key's events: the one that has some of them under way, so that their order is kept, else the one whose batch is
/// being filled. The next batch to fill is that of the worker with the least to do. Thread-safe.
/// </summary>
/// <param name="workers">Number of workers.</param>
/// <param name="batchSize">Events after which the next batch is begun.</param>
internal sealed class KeyAssignment(int workers, int batchSize)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, (int Worker, int UnderWay)> _keys = new(StringComparer.Ordinal);
    private readonly int[] _underWay = new int[workers];
    private int _filling;
    private int _room;

    /// <summary>The worker, 0 to their number less one, for the next event of a key; <see cref="Release"/> follows when it has it through.</summary>
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

    /// <summary>Says that batches were sent before they were full.</summary>
    public void StartNextBatch()
    {
        lock (_lock)
            _room = 0;
    }

    /// <summary>Says that one event of each of these keys is not under way any more.</summary>
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
