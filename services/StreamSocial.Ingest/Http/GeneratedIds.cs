namespace StreamSocial.Ingest.Http;

/// <summary>Which ids of a request the server chose, so that the answer names them.</summary>
/// <param name="Entries">At least one entry's own id.</param>
/// <param name="Contents">At least one content id.</param>
internal readonly record struct GeneratedIds(bool Entries, bool Contents);
