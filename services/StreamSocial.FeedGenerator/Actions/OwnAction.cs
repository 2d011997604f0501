using System.Buffers;
using StreamSocial.Events;
using StreamSocial.FeedGenerator.Codecs;
using StreamSocial.FeedGenerator.Engagement;
using StreamSocial.Streams.State;

namespace StreamSocial.FeedGenerator.Actions;

/// <summary>What it takes to take an action back.</summary>
/// <param name="ActionId">The action.</param>
/// <param name="ContentId">Its content.</param>
/// <param name="OccurredAt">Its time, Unix milliseconds.</param>
/// <param name="CountedAt">The time of its interaction: its own, or its record's if the client's clock was ahead of that.</param>
/// <param name="Spread">The spread of its interaction, which decides the partition that counts it.</param>
/// <param name="PullNumber">Its number in pull-posts; 0 if it was pushed.</param>
/// <param name="Place">Its place in the row of its user.</param>
internal readonly record struct OwnAction(string ActionId, string ContentId, long OccurredAt, long CountedAt, int Spread, int PullNumber, int Place = 0)
{
    /// <param name="action">The action.</param>
    /// <param name="timestamp">Time of its record, Unix milliseconds; 0 if it has none.</param>
    /// <param name="pullNumber">Its number in pull-posts; 0 if it was pushed.</param>
    public static OwnAction Of(UserAction action, long timestamp, int pullNumber)
    {
        var countedAt = EngagementProcessor.NotAhead(action.OccurredAt, timestamp);
        return new(action.ActionId, action.ContentId, action.OccurredAt, countedAt, action.Spread, pullNumber);
    }
}

internal sealed class OwnActionsCodec : ICodec<List<OwnAction>>
{
    /// <summary>Version 1 did not say at which time actions were counted.</summary>
    private const byte OldestVersion = 1;

    private const byte FormatVersion = 2;

    public void Write(List<OwnAction> value, IBufferWriter<byte> output)
    {
        using var writer = new StateWriter(output);
        writer.Byte(FormatVersion);
        writer.Count(value.Count);
        foreach (var action in value)
        {
            writer.String(action.ActionId);
            writer.String(action.ContentId);
            writer.Signed(action.OccurredAt);
            writer.Unsigned((ulong)(action.OccurredAt - action.CountedAt));
            writer.Count(action.Spread);
            writer.Count(action.PullNumber);
            writer.Count(action.Place);
        }
    }

    public List<OwnAction> Read(ReadOnlySpan<byte> input)
    {
        var reader = new StateReader(input, "list of own actions");
        var version = reader.Version(OldestVersion, FormatVersion);
        var count = reader.Count();
        var actions = new List<OwnAction>(count);
        for (var i = 0; i < count; i++)
        {
            var (actionId, contentId, occurredAt) = (reader.String(), reader.String(), reader.Signed());
            var ahead = version > OldestVersion ? reader.Int64() : 0;
            actions.Add(new(actionId, contentId, occurredAt, occurredAt - ahead, reader.Int32(), reader.Int32(), reader.Int32()));
        }

        reader.End();
        return actions;
    }
}

/// <summary>Places of a user's actions in order of arrival.</summary>
/// <param name="First">The oldest place.</param>
/// <param name="Next">The place of the next action.</param>
internal readonly record struct OwnActionRow(int First, int Next);

internal sealed class OwnActionRowCodec : ICodec<OwnActionRow>
{
    private const byte FormatVersion = 1;

    public void Write(OwnActionRow value, IBufferWriter<byte> output)
    {
        using var writer = new StateWriter(output);
        writer.Byte(FormatVersion);
        writer.Count(value.First);
        writer.Count(value.Next);
    }

    public OwnActionRow Read(ReadOnlySpan<byte> input)
    {
        var reader = new StateReader(input, "row of own actions");
        reader.Version(FormatVersion);
        var row = new OwnActionRow(reader.Int32(), reader.Int32());
        reader.End();
        return row.First <= row.Next ? row : throw reader.Invalid($"places {row.First} to {row.Next}");
    }
}
