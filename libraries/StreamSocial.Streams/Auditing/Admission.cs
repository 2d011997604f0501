namespace StreamSocial.Streams.Auditing;

/// <summary>What an edge's numbers say about one arriving run.</summary>
/// <param name="Skip">Entries at the run's start that have been applied before; the rest is new.</param>
/// <param name="Lost">Numbers missing between the last applied entry and this run.</param>
/// <param name="Duplicates">Of the skipped ones, repeats.</param>
/// <param name="Misordered">Of the skipped ones, those that were missing until now.</param>
internal readonly record struct Admission(int Skip, long Lost, int Duplicates, int Misordered);
