using System.Collections.Frozen;
using Google.Protobuf;
using Google.Protobuf.Reflection;

namespace StreamSocial.Events.Stages;

/// <summary>The contracts of the entries of the input topics, for people who look into a topic.</summary>
public static class EntryContracts
{
    private static readonly JsonFormatter Formatter = new(JsonFormatter.Settings.Default.WithIndentation("  "));

    private static readonly FrozenDictionary<string, MessageDescriptor> ByTopic =
        FeedGeneratorStages.All.ToFrozenDictionary(stage => stage.Input, stage => stage.Entry, StringComparer.Ordinal);

    /// <summary>Reads an entry by its topic's contract.</summary>
    /// <param name="topic">An input topic.</param>
    /// <param name="payload">The entry.</param>
    /// <returns>Null if the topic has no contract, or the bytes are no message of it.</returns>
    public static DecodedEntry? Decode(string? topic, ReadOnlyMemory<byte> payload)
    {
        if (topic is null || !ByTopic.TryGetValue(topic, out var contract))
            return null;
        try
        {
            var known = contract.Parser.WithDiscardUnknownFields(true).ParseFrom(payload.Span);
            var all = contract.Parser.ParseFrom(payload.Span);
            return new DecodedEntry(contract.Name, Formatter.Format(known), all.CalculateSize() - known.CalculateSize());
        }
        catch (InvalidProtocolBufferException)
        {
            return null;
        }
    }
}

/// <summary>An entry as a person reads it.</summary>
/// <param name="Contract">Name of its message.</param>
/// <param name="Json">Its fields that are set, as JSON by protobuf's mapping.</param>
/// <param name="UnknownBytes">Bytes of fields that the contract does not have. Random bytes often parse as such.</param>
public sealed record DecodedEntry(string Contract, string Json, int UnknownBytes);
