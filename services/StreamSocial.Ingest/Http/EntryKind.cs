using Google.Protobuf;
using StreamSocial.Ingest.Json;

namespace StreamSocial.Ingest.Http;

/// <summary>What differs between the kinds of entry that ingest accepts.</summary>
internal abstract class EntryKind<TEntry>
    where TEntry : IMessage
{
    /// <summary>Where they are written.</summary>
    public abstract string Topic { get; }

    /// <summary>A reader for one request.</summary>
    public abstract IEntryReader<TEntry> CreateReader(IngestOptions options, DateTimeOffset now);

    /// <summary>The id given by the client; empty when there is none.</summary>
    public abstract string IdOf(TEntry entry);

    /// <summary>Gives the entry its id, and what follows from it.</summary>
    /// <returns>Whether a content id was made from it.</returns>
    public abstract bool SetId(TEntry entry, string id);

    /// <summary>The key of its record.</summary>
    public abstract string KeyOf(TEntry entry);

    /// <summary>The answer to a request whose entries are all acknowledged.</summary>
    public abstract AcceptedResponse Describe(IReadOnlyList<TEntry> entries, GeneratedIds generated);
}
