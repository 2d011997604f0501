using StreamSocial.Streams.Tasks;

namespace StreamSocial.Streams.Auditing;

/// <summary>What one edge's sequence numbers showed, since the member started.</summary>
/// <param name="Source">Who sent: a task as topic/partition, or a producer outside the runtime.</param>
/// <param name="Destination">The task that received.</param>
/// <param name="Lost">See <see cref="AuditCounters.Lost"/>.</param>
/// <param name="DuplicatesDropped">See <see cref="AuditCounters.DuplicatesDropped"/>.</param>
/// <param name="Misordered">See <see cref="AuditCounters.Misordered"/>.</param>
internal readonly record struct EdgeCounts(string Source, TaskId Destination, long Lost, long DuplicatesDropped, long Misordered)
{
    public EdgeCounts With(in Admission admission) => this with
    {
        Lost = Lost + admission.Lost,
        DuplicatesDropped = DuplicatesDropped + admission.Duplicates,
        Misordered = Misordered + admission.Misordered,
    };
}
