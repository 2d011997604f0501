namespace StreamSocial.Streams.Auditing;

/// <summary>What the edges' sequence numbers showed, since the member started.</summary>
internal sealed class AuditCounters
{
    private long _lost;
    private long _duplicates;
    private long _misordered;

    /// <summary>Entries whose numbers were skipped.</summary>
    public long Lost => Interlocked.Read(ref _lost);

    /// <summary>Repeats that were recognised and dropped: the price of at-least-once, no fault.</summary>
    public long DuplicatesDropped => Interlocked.Read(ref _duplicates);

    /// <summary>Entries that arrived after a later one of their edge; also counted as lost.</summary>
    public long Misordered => Interlocked.Read(ref _misordered);

    public void Add(in Admission admission)
    {
        if (admission.Lost > 0)
            Interlocked.Add(ref _lost, admission.Lost);
        if (admission.Duplicates > 0)
            Interlocked.Add(ref _duplicates, admission.Duplicates);
        if (admission.Misordered > 0)
            Interlocked.Add(ref _misordered, admission.Misordered);
    }
}
