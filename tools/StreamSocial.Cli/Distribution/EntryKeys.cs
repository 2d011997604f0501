using Confluent.Kafka;
using StreamSocial.Events;
using StreamSocial.Events.Actions;
using StreamSocial.Streams.Contracts;
using StreamSocial.Topics;

namespace StreamSocial.Cli.Distribution;

/// <summary>Says for each entry of a record which key put it into its partition. A run has no key of its own; its entries tell.</summary>
internal static class EntryKeys
{
    public static IEnumerable<string> Of(ConsumeResult<byte[]?, byte[]?> record)
    {
        if (record.Message.Value is not { } value)
            return [];
        if (record.Message.Headers is { } headers && headers.TryGetLastBytes(RecordHeaders.EdgeRuns, out _))
            return EntryRun.Parser.ParseFrom(value).Entries.SelectMany(entry => KeysOf(record.Topic, entry.Payload.Span.ToArray()));
        return KeysOf(record.Topic, value);
    }

    private static IEnumerable<string> KeysOf(string topic, byte[] payload)
    {
        switch (topic)
        {
            case TopicNames.UserActions:
                var action = UserAction.Parser.ParseFrom(payload);
                return ActionTypes.Find(action.Type) is { } definition ? [definition.KeyOf(action)] : [];
            case TopicNames.ContentInteractions:
                return [ContentInteraction.Parser.ParseFrom(payload).ContentId];
            case TopicNames.FeedUpdates:
                return FeedUpdate.Parser.ParseFrom(payload).RecipientIds;
            default:
                return [];
        }
    }
}
