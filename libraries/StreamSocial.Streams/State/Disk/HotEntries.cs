using System.Diagnostics.CodeAnalysis;

namespace StreamSocial.Streams.State.Disk;

/// <summary>The entries of a store that are in memory, and which of them go first: those not used since they were last looked at.</summary>
internal sealed class HotEntries<TKey, TValue>
    where TKey : notnull
{
    /// <summary>Weight of an entry without its value: objects, dictionary, queue.</summary>
    private const int BaseWeight = 250;

    /// <summary>Live objects weigh about this many times their bytes.</summary>
    private const int ObjectFactor = 2;

    private readonly Dictionary<TKey, DiskSlot<TValue>> _slots = [];
    private readonly Queue<(TKey Key, DiskSlot<TValue> Slot)> _byAge = new();
    private long _weight;
    private double _typicalBytes;

    public IEnumerable<KeyValuePair<TKey, DiskSlot<TValue>>> Slots => _slots;

    public bool TryPeek(TKey key, [NotNullWhen(true)] out DiskSlot<TValue>? slot) => _slots.TryGetValue(key, out slot);

    public bool TryUse(TKey key, [NotNullWhen(true)] out DiskSlot<TValue>? slot)
    {
        if (!_slots.TryGetValue(key, out slot))
            return false;
        slot.Used = true;
        return true;
    }

    public void Add(TKey key, DiskSlot<TValue> slot)
    {
        // So that the operation which asked for it finds it here again.
        slot.Used = true;
        _slots.Add(key, slot);
        _byAge.Enqueue((key, slot));
        Reweigh(slot);
    }

    /// <summary>Notes what the slot weighs now; a value that was never written counts as the others do.</summary>
    public void Reweigh(DiskSlot<TValue> slot)
    {
        if (slot.Header.StoredBytes >= 0)
            _typicalBytes += (slot.Header.StoredBytes - _typicalBytes) / 16;
        var bytes = !slot.Present ? 0 : slot.Header.StoredBytes >= 0 ? slot.Header.StoredBytes : (int)_typicalBytes;
        var weight = BaseWeight + (ObjectFactor * bytes);
        _weight += weight - slot.Weight;
        slot.Weight = weight;
    }

    public void Remove(TKey key)
    {
        // Its place in the queue stays behind and is skipped when its turn comes.
        if (_slots.Remove(key, out var slot))
            _weight -= slot.Weight;
    }

    /// <summary>Removes entries until the rest weighs no more than <paramref name="share"/>; removed keys that were changed stay.</summary>
    public void Shrink(long share, Action<TKey, DiskSlot<TValue>> onRemoving)
    {
        for (var looked = 2 * _byAge.Count; looked > 0 && _weight > share && _byAge.TryDequeue(out var oldest); looked--)
        {
            var (key, slot) = oldest;
            if (!_slots.TryGetValue(key, out var current) || current != slot)
                continue;
            if (slot.Used || (slot.Changed && !slot.Present))
            {
                slot.Used = false;
                _byAge.Enqueue(oldest);
                continue;
            }
            onRemoving(key, slot);
            _slots.Remove(key);
            _weight -= slot.Weight;
        }
    }

    public void Clear()
    {
        _slots.Clear();
        _byAge.Clear();
        _weight = 0;
    }
}

/// <summary>What memory knows of one key: its value, or that there is none.</summary>
internal sealed class DiskSlot<TValue>
{
    public TValue? Value;
    public bool Present;

    /// <summary>Whether it is to be written by the next capture.</summary>
    public bool Changed;

    /// <summary>Used since the eviction last looked at it.</summary>
    public bool Used;

    /// <summary>What it weighs in the store's share of memory.</summary>
    public int Weight;

    /// <summary>As it is, or will be, on disk.</summary>
    public DiskEntryHeader Header = DiskEntryHeader.New;
}
