namespace StreamSocial.Ingest.Json;

/// <summary>The entries of one request body.</summary>
/// <param name="Entries">In the order of the body.</param>
/// <param name="IsTooMany">Reading stopped because the body has more entries than allowed.</param>
internal readonly record struct EntryBatch<TEntry>(List<TEntry> Entries, bool IsTooMany);
