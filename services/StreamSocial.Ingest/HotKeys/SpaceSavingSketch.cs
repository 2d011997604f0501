namespace StreamSocial.Ingest.HotKeys;

/// <summary>Finds the heaviest keys of a stream with a bounded number of counters. Not thread-safe.</summary>
/// <remarks>
/// Space-saving with weights (Metwally, Agrawal and El Abbadi, "Efficient computation of frequent and top-k elements in data streams", 2005). A key
/// without a counter takes over that of the lightest key, with its weight. So a counter is never below its key's true weight, and above it by at
/// most total ÷ capacity; a key with more than that share of the total always has a counter.
/// </remarks>
internal sealed class SpaceSavingSketch(int capacity)
{
    private readonly Dictionary<string, int> _slots = new(capacity, StringComparer.Ordinal);

    // A heap with the lightest counter first.
    private readonly Counter[] _counters = new Counter[capacity];

    /// <summary>Number of counters in use.</summary>
    public int Count => _slots.Count;

    /// <summary>Weight of all keys.</summary>
    public double Total { get; private set; }

    /// <summary>Adds weight to a key.</summary>
    public void Add(string key, double weight)
    {
        Total += weight;
        if (_slots.TryGetValue(key, out var slot))
        {
            _counters[slot] = new(key, _counters[slot].Weight + weight);
            Sink(slot);
        }
        else if (_slots.Count < capacity)
        {
            slot = _slots.Count;
            Place(slot, new(key, weight));
            Rise(slot);
        }
        else
        {
            var lightest = _counters[0];
            _slots.Remove(lightest.Key);
            Place(0, new(key, lightest.Weight + weight));
            Sink(0);
        }
    }

    /// <summary>Multiplies all weights, without a change of their order.</summary>
    public void Scale(double factor)
    {
        Total *= factor;
        for (var slot = 0; slot < _slots.Count; slot++)
            _counters[slot] = _counters[slot] with { Weight = _counters[slot].Weight * factor };
    }

    /// <summary>The keys with counters of at least some weight, in no particular order.</summary>
    public IEnumerable<string> KeysFrom(double weight) =>
        _counters.Take(_slots.Count).Where(counter => counter.Weight >= weight).Select(counter => counter.Key);

    /// <summary>Upper bound of a key's weight.</summary>
    public double BoundOf(string key) =>
        _slots.TryGetValue(key, out var slot) ? _counters[slot].Weight : _slots.Count < capacity ? 0 : _counters[0].Weight;

    private void Rise(int slot)
    {
        var counter = _counters[slot];
        for (; slot > 0 && counter.Weight < _counters[(slot - 1) / 2].Weight; slot = (slot - 1) / 2)
            Place(slot, _counters[(slot - 1) / 2]);
        Place(slot, counter);
    }

    private void Sink(int slot)
    {
        var counter = _counters[slot];
        while ((2 * slot) + 1 is var child && child < _slots.Count)
        {
            if (child + 1 < _slots.Count && _counters[child + 1].Weight < _counters[child].Weight)
                child++;
            if (_counters[child].Weight >= counter.Weight)
                break;
            Place(slot, _counters[child]);
            slot = child;
        }

        Place(slot, counter);
    }

    private void Place(int slot, Counter counter)
    {
        _counters[slot] = counter;
        _slots[counter.Key] = slot;
    }

    private readonly record struct Counter(string Key, double Weight);
}
