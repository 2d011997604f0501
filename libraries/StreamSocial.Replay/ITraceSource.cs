using StreamSocial.Replay.Messages;

namespace StreamSocial.Replay;

/// <summary>Where the events of a replay come from.</summary>
public interface ITraceSource : IDisposable
{
    /// <summary>For people: the file's name, or what was made up.</summary>
    string Description { get; }

    /// <summary>How much has been read, 0 to 1; null when it cannot be known.</summary>
    double? FractionRead { get; }

    /// <summary>Interactions read so far, before any of them was turned into several events: the lines of a file.</summary>
    long InteractionsRead { get; }

    /// <summary>All events in the order in which they happened; can be enumerated once.</summary>
    IEnumerable<ReplayEvent> ReadEvents();
}
