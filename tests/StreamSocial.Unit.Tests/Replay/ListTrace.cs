using StreamSocial.Replay;
using StreamSocial.Replay.Messages;

namespace StreamSocial.Unit.Tests.Replay;

/// <summary>Events made by a test.</summary>
internal sealed class ListTrace(IReadOnlyCollection<ReplayEvent> events) : ITraceSource
{
    public string Description => "a test's events";

    public double? FractionRead => null;

    public long InteractionsRead => events.Count;

    public IEnumerable<ReplayEvent> ReadEvents() => events;

    public void Dispose()
    {
    }
}
