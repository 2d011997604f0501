namespace StreamSocial.Ingest.Http;

/// <summary>Endpoint metadata for the OpenAPI document: the body is read by hand, so the document needs to be told its shape.</summary>
/// <param name="Entry">The type whose shape an entry of the body has.</param>
/// <param name="TypeNames">What its field <c>type</c> may be.</param>
internal sealed record EntrySchema(Type Entry, IEnumerable<string> TypeNames);
