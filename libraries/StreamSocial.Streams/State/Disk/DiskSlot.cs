namespace StreamSocial.Streams.State.Disk;

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
