namespace StreamSocial.Streams.State.Disk;

/// <summary>The records of one store in the member's disk log. Not thread-safe; the store's task owns it.</summary>
internal sealed class DiskRegion(DiskSpace space)
{
    /// <summary>What a record costs beside its key and value.</summary>
    private const int RecordOverhead = 40;

    private long _id = -1;
    private long _liveBytes;

    /// <summary>Bytes of live objects that the store should keep at most.</summary>
    public long HotShare => space.HotShare;

    public bool TryRead(DiskRecordKind kind, ReadOnlySpan<byte> key, out DiskValue value)
    {
        value = default;
        if (_id < 0)
            return false;
        var session = space.Rent();
        try
        {
            session.Select(_id, kind, key);
            return session.TryRead(out value);
        }
        finally
        {
            space.Return(session);
        }
    }

    /// <param name="kind">Kind of record.</param>
    /// <param name="key">Its key.</param>
    /// <param name="header">First part of the value.</param>
    /// <param name="body">Second part of the value.</param>
    /// <param name="replacedBytes">Length of the value that it replaces; -1 for a new record.</param>
    public void Write(DiskRecordKind kind, ReadOnlySpan<byte> key, ReadOnlySpan<byte> header, ReadOnlySpan<byte> body, int replacedBytes)
    {
        if (_id < 0)
            _id = space.Add(this);
        var session = space.Rent();
        try
        {
            session.Select(_id, kind, key);
            session.Write(header, body);
        }
        finally
        {
            space.Return(session);
        }
        var length = header.Length + body.Length;
        Count(replacedBytes >= 0 ? length - replacedBytes : length + key.Length + RecordOverhead);
    }

    public void Delete(DiskRecordKind kind, ReadOnlySpan<byte> key, int replacedBytes)
    {
        var session = space.Rent();
        try
        {
            session.Select(_id, kind, key);
            session.Delete();
        }
        finally
        {
            space.Return(session);
        }
        Count(-(replacedBytes + key.Length + RecordOverhead));
    }

    /// <summary>Gives all records up; the space is used again after a compaction.</summary>
    public void Clear()
    {
        if (_id < 0)
            return;
        space.Remove(_id);
        _id = -1;
        Count(-_liveBytes);
    }

    private void Count(long bytes)
    {
        _liveBytes += bytes;
        space.CountLive(bytes);
    }
}
