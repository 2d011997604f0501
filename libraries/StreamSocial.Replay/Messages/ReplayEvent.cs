using System.Text.Json.Serialization;

namespace StreamSocial.Replay.Messages;

/// <summary>Something to post to ingest, in the JSON shape of its endpoint.</summary>
public abstract record ReplayEvent
{
    /// <summary>When it happened; ingest takes its own clock when absent.</summary>
    public DateTimeOffset? OccurredAt { get; init; }

    /// <summary>The key of the record that ingest will write. Events of one key keep their order.</summary>
    [JsonIgnore]
    public abstract string Key { get; }
}
