using System.IO.Hashing;
using System.Security.Cryptography;

namespace StreamSocial.Streams.State.Memory;

/// <summary>
/// A hash table from bytes to bytes. Entries are numbered; numbers of removed entries are used again. Keys and values lie in a <see cref="Slab"/>, all
/// else in two arrays without references.
/// </summary>
internal sealed class EntryTable
{
    /// <summary>A slot with this length of key is free.</summary>
    private const int FreeSlot = -1;

    private const int End = -1;

    /// <summary>Unused part of the slab at which <see cref="Compact"/> moves its blocks, if it is more than what is used.</summary>
    private const int ToleratedWaste = 64 * 1024;

    /// <summary>Clients choose keys: nobody shall know which of them meet in one chain.</summary>
    private static readonly long Seed = BitConverter.ToInt64(RandomNumberGenerator.GetBytes(sizeof(long)));

    private Slab _slab = new();
    private Slot[] _slots = [];
    private int[] _buckets = [];
    private int _freeSlots = End;

    /// <summary>What was found last: most values that are read are written next.</summary>
    private int _found;

    /// <summary>Numbers are below it; not all of them are taken.</summary>
    public int Limit { get; private set; }

    /// <summary>Number of entries.</summary>
    public int Count { get; private set; }

    /// <summary>Bytes of memory that the entries take.</summary>
    public long MemoryBytes => _slab.AllocatedBytes + ((long)_slots.Length * System.Runtime.CompilerServices.Unsafe.SizeOf<Slot>()) + ((long)_buckets.Length * sizeof(int));

    /// <summary>What its owner notes of an entry.</summary>
    public ref EntryNote NoteOf(int entry) => ref _slots[entry].Note;

    public bool Contains(int entry) => _slots[entry].KeyLength != FreeSlot;

    public ReadOnlySpan<byte> KeyOf(int entry)
    {
        ref readonly var slot = ref _slots[entry];
        return slot.Block == Slab.None ? [] : _slab.Span(slot.Block, slot.SizeClass)[..slot.KeyLength];
    }

    public ReadOnlySpan<byte> ValueOf(int entry)
    {
        ref readonly var slot = ref _slots[entry];
        return slot.Block == Slab.None ? [] : _slab.Span(slot.Block, slot.SizeClass).Slice(slot.KeyLength, slot.ValueLength);
    }

    /// <summary>The number of a key's entry; negative when there is none.</summary>
    public int Find(ReadOnlySpan<byte> key)
    {
        if (_buckets.Length == 0)
            return End;
        if (Contains(_found) && KeyOf(_found).SequenceEqual(key))
            return _found;
        var hash = HashOf(key);
        for (var entry = _buckets[hash & (_buckets.Length - 1)] - 1; entry != End; entry = _slots[entry].Next)
        {
            if (_slots[entry].KeyHash == hash && KeyOf(entry).SequenceEqual(key))
                return _found = entry;
        }
        return End;
    }

    /// <summary>Adds an entry for a key that has none.</summary>
    /// <returns>Its number.</returns>
    public int Add(ReadOnlySpan<byte> key, ReadOnlySpan<byte> value)
    {
        if (Count == _slots.Length)
            Grow();
        var entry = _freeSlots;
        if (entry != End)
            _freeSlots = _slots[entry].Next;
        else
            entry = Limit++;
        Count++;
        var hash = HashOf(key);
        ref var bucket = ref _buckets[hash & (_buckets.Length - 1)];
        _slots[entry] = new Slot { KeyHash = hash, Next = bucket - 1, KeyLength = key.Length };
        bucket = entry + 1;
        Store(ref _slots[entry], key, value);
        return entry;
    }

    /// <summary>Replaces an entry's value.</summary>
    /// <param name="entry">Its number.</param>
    /// <param name="value">The value, which may not be one of this table.</param>
    public void Set(int entry, ReadOnlySpan<byte> value)
    {
        ref var slot = ref _slots[entry];
        if (slot.Block != Slab.None && !Slab.MustMove(slot.SizeClass, slot.KeyLength + value.Length))
        {
            slot.ValueLength = value.Length;
            value.CopyTo(_slab.Span(slot.Block, slot.SizeClass)[slot.KeyLength..]);
            return;
        }
        var (block, sizeClass) = (slot.Block, slot.SizeClass);
        Store(ref slot, KeyOf(entry), value);
        if (block != Slab.None)
            _slab.Free(block, sizeClass);
    }

    /// <summary>Removes an entry.</summary>
    public void Remove(int entry)
    {
        ref var slot = ref _slots[entry];
        ref var link = ref _buckets[slot.KeyHash & (_buckets.Length - 1)];
        if (link - 1 == entry)
        {
            link = slot.Next + 1;
        }
        else
        {
            var before = link - 1;
            while (_slots[before].Next != entry)
                before = _slots[before].Next;
            _slots[before].Next = slot.Next;
        }
        if (slot.Block != Slab.None)
            _slab.Free(slot.Block, slot.SizeClass);
        slot = new Slot { KeyLength = FreeSlot, Next = _freeSlots };
        _freeSlots = entry;
        Count--;
    }

    /// <summary>Moves all blocks together if more of the slab is unused than used.</summary>
    public void Compact()
    {
        var unused = _slab.AllocatedBytes - _slab.UsedBytes;
        if (unused <= ToleratedWaste || unused <= _slab.UsedBytes)
            return;
        var (old, compact) = (_slab, new Slab());
        for (var entry = 0; entry < Limit; entry++)
        {
            ref var slot = ref _slots[entry];
            if (slot.KeyLength == FreeSlot || slot.Block == Slab.None)
                continue;
            var bytes = old.Span(slot.Block, slot.SizeClass)[..(slot.KeyLength + slot.ValueLength)];
            slot.Block = compact.Take(bytes.Length, out slot.SizeClass);
            bytes.CopyTo(compact.Span(slot.Block, slot.SizeClass));
        }
        _slab = compact;
    }

    /// <summary>Puts key and value into a block of their own.</summary>
    /// <param name="slot">The entry's slot.</param>
    /// <param name="key">The key. It may lie in the slab: even if that moves, what is read here stays as it is until its block is freed.</param>
    /// <param name="value">The value.</param>
    private void Store(ref Slot slot, ReadOnlySpan<byte> key, ReadOnlySpan<byte> value)
    {
        slot.ValueLength = value.Length;
        if (key.Length + value.Length == 0)
        {
            slot.Block = Slab.None;
            return;
        }
        slot.Block = _slab.Take(key.Length + value.Length, out slot.SizeClass);
        var block = _slab.Span(slot.Block, slot.SizeClass);
        key.CopyTo(block);
        value.CopyTo(block[key.Length..]);
    }

    private void Grow()
    {
        const int First = 4;
        var size = Math.Max(First, 2 * _slots.Length);
        Array.Resize(ref _slots, size);
        _buckets = new int[size];
        for (var entry = 0; entry < Limit; entry++)
        {
            ref var slot = ref _slots[entry];
            if (slot.KeyLength == FreeSlot)
                continue;
            ref var bucket = ref _buckets[slot.KeyHash & (size - 1)];
            slot.Next = bucket - 1;
            bucket = entry + 1;
        }
    }

    private static int HashOf(ReadOnlySpan<byte> key) => (int)XxHash3.HashToUInt64(key, Seed);

    private struct Slot
    {
        public EntryNote Note;
        public int KeyHash;

        /// <summary>The next entry of its bucket, or the next free slot.</summary>
        public int Next;
        public int Block;
        public int KeyLength;
        public int ValueLength;
        public byte SizeClass;
    }
}

/// <summary>What a store notes of an entry.</summary>
internal struct EntryNote
{
    /// <summary>Hash as of the last capture or restore; 0 before.</summary>
    public ulong Hash;

    /// <summary>Bytes of key and value as of the last capture or restore; 0 before.</summary>
    public int Bytes;

    /// <summary>Whether it is there, and not one that was removed since the last capture.</summary>
    public bool Present;

    /// <summary>Whether it changed since the last capture.</summary>
    public bool Changed;
}
