using System.Buffers;
using StreamSocial.Events;
using StreamSocial.FeedGenerator.Codecs;
using StreamSocial.Streams.State;

namespace StreamSocial.FeedGenerator.Actions;

/// <summary>What it takes to take an action back.</summary>
/// <param name="ActionId">The action.</param>
/// <param name="ContentId">Its content.</param>
/// <param name="OccurredAt">Its time, Unix milliseconds.</param>
/// <param name="Spread">The spread of its interaction, which decides the partition that counts it.</param>
/// <param name="PullNumber">Its number in pull-posts; 0 if it was pushed.</param>
/// <param name="Place">Its place in the row of its user.</param>
internal readonly record struct OwnAction(string ActionId, string ContentId, long OccurredAt, int Spread, int PullNumber, int Place = 0)
{
    public static OwnAction Of(UserAction action, int pullNumber) => new(action.ActionId, action.ContentId, action.OccurredAt, action.Spread, pullNumber);
}

internal sealed class OwnActionsCodec : ICodec<List<OwnAction>>
{
    private const byte FormatVersion = 1;

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
            writer.Count(action.Spread);
            writer.Count(action.PullNumber);
            writer.Count(action.Place);
        }
    }

    public List<OwnAction> Read(ReadOnlySpan<byte> input)
    {
        var reader = new StateReader(input, "list of own actions");
        reader.Version(FormatVersion);
        var count = reader.Count();
        var actions = new List<OwnAction>(count);
        for (var i = 0; i < count; i++)
            actions.Add(new(reader.String(), reader.String(), reader.Signed(), reader.Int32(), reader.Int32(), reader.Int32()));
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
