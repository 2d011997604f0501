namespace StreamSocial.Cli.Output;

/// <summary>What the sequence numbers of one edge showed.</summary>
/// <param name="Source">Who sent: a task as topic/partition, or an instance of ingest.</param>
/// <param name="Topic">The topic of the task that received.</param>
/// <param name="Partition">Its partition.</param>
/// <param name="Lost">Numbers that were skipped.</param>
/// <param name="DuplicatesDropped">Repeats that were recognised.</param>
/// <param name="Misordered">Entries that came after a later one.</param>
internal sealed record EdgeDocument(string Source, string Topic, int Partition, long Lost, long DuplicatesDropped, long Misordered);
