namespace StreamSocial.Streams.State.Disk;

/// <summary>What a record of the disk log holds; part of its key.</summary>
internal enum DiskRecordKind : byte
{
    /// <summary>An entry of a store.</summary>
    Entry,

    /// <summary>A page of the list of keys.</summary>
    KeyPage,
}
