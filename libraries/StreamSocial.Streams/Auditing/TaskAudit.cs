using StreamSocial.Streams.Contracts;

namespace StreamSocial.Streams.Auditing;

/// <summary>
/// What the audit has found in a task's input over the task's life. It is part of every commit record, so it moves and is restored with the state.
/// Readable from any thread.
/// </summary>
internal sealed class TaskAudit
{
    private long _lost;
    private long _misordered;
    private long _duplicatesDropped;
    private long _recordsSkipped;

    /// <inheritdoc cref="AuditCounters.Lost"/>
    public long Lost => Interlocked.Read(ref _lost);

    /// <inheritdoc cref="AuditCounters.Misordered"/>
    public long Misordered => Interlocked.Read(ref _misordered);

    /// <inheritdoc cref="AuditCounters.DuplicatesDropped"/>
    public long DuplicatesDropped => Interlocked.Read(ref _duplicatesDropped);

    /// <summary>Input records that an operator's resets passed over.</summary>
    public long RecordsSkipped => Interlocked.Read(ref _recordsSkipped);

    /// <summary>Continues where a checkpoint left off.</summary>
    public void Load(CommitRecord commit) =>
        (_lost, _misordered, _duplicatesDropped, _recordsSkipped) = (commit.Lost, commit.Misordered, commit.DuplicatesDropped, commit.RecordsSkipped);

    /// <summary>Counts the result of one run.</summary>
    public void Add(in DeduplicationResult result)
    {
        Interlocked.Add(ref _lost, result.Lost);
        Interlocked.Add(ref _misordered, result.Misordered);
        Interlocked.Add(ref _duplicatesDropped, result.Duplicates);
    }

    public void AddSkipped(long records) => Interlocked.Add(ref _recordsSkipped, records);
}
