using System.Text.Json;

namespace StreamSocial.Ingest.Json;

/// <summary>Reads one JSON object into a contract message and checks it.</summary>
/// <typeparam name="TEntry">The contract.</typeparam>
internal interface IEntryReader<TEntry>
{
    /// <summary>
    /// Reads the object that the reader stands at the start of, up to its end. Errors go to <paramref name="errors"/>; the result
    /// is of use only when there are none.
    /// </summary>
    TEntry Read(ref Utf8JsonReader json, FieldErrors errors);
}
