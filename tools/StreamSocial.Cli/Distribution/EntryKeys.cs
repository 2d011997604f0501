using Confluent.Kafka;
using Google.Protobuf;
using StreamSocial.Events;
using StreamSocial.Events.Actions;
using StreamSocial.Kafka.Records;
using StreamSocial.Streams.Contracts;
using StreamSocial.Topics;

namespace StreamSocial.Cli.Distribution;

/// <summary>Says for each entry of a record which key put it into its partition. A run has no key of its own; its entries tell.</summary>
internal static class EntryKeys
{
    /// <summary>Stands for the keys of what is no entry of its topic.</summary>
    public const string Unreadable = "(cannot be read)";

    public static IReadOnlyList<string> Of(ConsumeResult<byte[]?, byte[]?> record)
    {
        if (record.Message.Value is not { } value)
            return [];
        try
        {
            return record.Message.Headers.TryGet(RecordHeaders.EdgeRuns, out _)
                ? [.. EntryRun.Parser.ParseFrom(value).Entries.SelectMany(entry => KeysOf(record.Topic, entry.Payload.Memory))]
                : [.. KeysOf(record.Topic, value)];
        }
        catch (InvalidProtocolBufferException)
        {
            return [Unreadable];
        }
    }

    private static IEnumerable<string> KeysOf(string topic, ReadOnlyMemory<byte> payload)
    {
        switch (topic)
        {
            case TopicNames.UserActions:
                var action = UserAction.Parser.ParseFrom(payload.Span);
                return ActionTypes.Find(action.Type) is { } definition ? [definition.KeyOf(action)] : [Unreadable];
            case TopicNames.ContentInteractions:
                return [ContentInteraction.Parser.ParseFrom(payload.Span).ContentId];
            case TopicNames.FeedUpdates:
                return FeedUpdate.Parser.ParseFrom(payload.Span).RecipientIds;
            default:
                return [];
        }
    }
}
