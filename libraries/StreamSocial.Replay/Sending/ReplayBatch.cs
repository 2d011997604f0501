using System.Text.Json;
using StreamSocial.Replay.Messages;

namespace StreamSocial.Replay.Sending;

/// <summary>Consecutive events of one worker that go to one endpoint in one request.</summary>
internal sealed class ReplayBatch
{
    private readonly List<ReplayAction>? _actions;
    private readonly List<ReplayInteraction>? _interactions;

    public ReplayBatch(ReplayEvent first, int capacity)
    {
        if (first is ReplayAction)
            _actions = new List<ReplayAction>(capacity);
        else
            _interactions = new List<ReplayInteraction>(capacity);
        Add(first);
    }

    public bool HoldsActions => _actions is not null;

    public int Count => _actions?.Count ?? _interactions!.Count;

    /// <summary>The key of each event.</summary>
    public IEnumerable<string> Keys => _actions?.Select(action => action.Key) ?? _interactions!.Select(interaction => interaction.Key);

    public string Path => HoldsActions ? "v1/actions" : "v1/interactions";

    public void Add(ReplayEvent replayEvent)
    {
        if (_actions is not null)
            _actions.Add((ReplayAction)replayEvent);
        else
            _interactions!.Add((ReplayInteraction)replayEvent);
    }

    public void WriteTo(Utf8JsonWriter writer)
    {
        if (_actions is not null)
            JsonSerializer.Serialize(writer, _actions, ReplayJson.Default.ListReplayAction);
        else
            JsonSerializer.Serialize(writer, _interactions!, ReplayJson.Default.ListReplayInteraction);
    }
}
