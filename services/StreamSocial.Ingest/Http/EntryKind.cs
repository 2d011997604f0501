using System.ComponentModel;
using System.Net.Mime;
using System.Text.Json.Serialization;
using Google.Protobuf;
using StreamSocial.Ingest.Json;
using StreamSocial.Ingest.Publishing;

namespace StreamSocial.Ingest.Http;

/// <summary>The differences between the kinds of entry that ingest accepts.</summary>
internal abstract class EntryKind<TEntry>
    where TEntry : IMessage
{
    /// <summary>The topic they are written to.</summary>
    public abstract string Topic { get; }

    /// <summary>Content types of a request; JSON, whatever they are called, or <see cref="Interactions.BeaconForm"/>.</summary>
    public virtual string[] MediaTypes { get; } = [MediaTypeNames.Application.Json];

    /// <summary>Creates a reader for one request.</summary>
    /// <param name="options">The options.</param>
    /// <param name="now">The time of the request.</param>
    /// <param name="query">The query of the request.</param>
    /// <param name="errors">Takes what is wrong with the query.</param>
    public abstract IEntryReader<TEntry> CreateReader(IngestOptions options, DateTimeOffset now, IQueryCollection query, FieldErrors errors);

    /// <summary>Name of the field with the entry's id.</summary>
    public abstract string IdField { get; }

    /// <summary>The id given by the client; empty if there is none.</summary>
    public abstract string IdOf(TEntry entry);

    /// <summary>The user who acts.</summary>
    public abstract string UserOf(TEntry entry);

    /// <summary>The entry as it is compared with an earlier one of the same id: without its time, which clients set anew when they repeat.</summary>
    public abstract TEntry ContentsOf(TEntry entry);

    /// <summary>Sets the entry's id and the fields derived from it.</summary>
    /// <returns>Whether a content id was derived from it.</returns>
    public abstract bool SetId(TEntry entry, string id);

    /// <summary>The key of the entry's record.</summary>
    public abstract string KeyOf(TEntry entry);

    /// <summary>A second record that an entry needs, under another key; null if it needs none.</summary>
    public virtual TEntry? SecondOf(TEntry entry) => default;

    /// <summary>The content that counts the entry, as an interaction; null if none does.</summary>
    public abstract string? CountingContentOf(TEntry entry);

    /// <summary>Over how many partitions that content is spread; 0 if it is not.</summary>
    public abstract int SpreadOf(TEntry entry);

    /// <summary>Sets over how many partitions that content is spread.</summary>
    public abstract void SetSpread(TEntry entry, int spread);

    /// <summary>The partition of the entry's record.</summary>
    /// <param name="entry">The entry, complete.</param>
    /// <param name="key">Its key in UTF-8.</param>
    /// <param name="destinations">Knows the partitions of the topic.</param>
    public virtual int PartitionOf(TEntry entry, ReadOnlySpan<byte> key, Destinations destinations) => destinations.PartitionOf(Topic, key);

    /// <summary>The field that makes an entry too large for a record; empty if none can.</summary>
    public virtual string LargestFieldOf(TEntry entry) => "";

    /// <summary>Makes the answer to a request whose entries are all acknowledged.</summary>
    public abstract AcceptedResponse Describe(IReadOnlyList<TEntry> entries, GeneratedIds generated);
}

/// <summary>Which ids of a request the server chose; the answer names them.</summary>
/// <param name="Entries">Whether it chose the id of at least one entry.</param>
/// <param name="Contents">Whether it chose at least one content id.</param>
internal readonly record struct GeneratedIds(bool Entries, bool Contents);

/// <summary>Answer when the brokers have acknowledged every entry. The lists have one value for each entry, in the order of the request.</summary>
internal sealed record AcceptedResponse(
    [property: Description("Number of entries.")] int Accepted,
    [property: Description("Action ids; only when the server chose at least one.")] IReadOnlyList<string>? ActionIds = null,
    [property: Description("Interaction ids; only when the server chose at least one.")] IReadOnlyList<string>? InteractionIds = null,
    [property: Description("Content ids, null for entries without content; only when the server chose at least one.")] IReadOnlyList<string?>? ContentIds = null);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(AcceptedResponse))]
internal sealed partial class IngestJsonContext : JsonSerializerContext;
