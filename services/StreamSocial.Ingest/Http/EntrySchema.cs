namespace StreamSocial.Ingest.Http;

/// <summary>Endpoint metadata: the type whose shape an entry of the body has. The body is read by hand, so the document needs to be told.</summary>
internal sealed record EntrySchema(Type Entry);
