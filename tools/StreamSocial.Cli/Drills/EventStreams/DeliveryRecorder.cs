using StreamSocial.Cli.Drills.Measuring;
using StreamSocial.Cli.Verification;
using StreamSocial.Replay;

namespace StreamSocial.Cli.Drills.EventStreams;

/// <summary>Which users to follow, and what their feeds must take. Thread-safe.</summary>
internal sealed class DeliveryRecorder
{
    private readonly Dictionary<string, List<ReferenceEntry>> _deliveries;

    public DeliveryRecorder(IEnumerable<string> users) => _deliveries = users.ToDictionary(user => user, _ => new List<ReferenceEntry>());

    public IReadOnlyCollection<string> Users => _deliveries.Keys;

    /// <summary>Chooses users whose feeds take something early in the trace.</summary>
    /// <param name="trace">The trace, read only for this.</param>
    /// <param name="most">Most users to choose.</param>
    /// <param name="random">Chooses among them.</param>
    /// <exception cref="ToolException">Nobody's feed takes anything.</exception>
    public static DeliveryRecorder Choose(ITraceSource trace, int most, Random random)
    {
        var users = FeedUsers.CountDeliveries(trace).Keys.Order(StringComparer.Ordinal).ToArray();
        random.Shuffle(users);
        return new DeliveryRecorder(users.Take(most));
    }

    /// <summary>Notes what a feed must take.</summary>
    public void Add(string user, ReferenceEntry entry)
    {
        if (!_deliveries.TryGetValue(user, out var deliveries))
            return;
        lock (deliveries)
            deliveries.Add(entry);
    }

    public IReadOnlyList<ReferenceEntry> DeliveriesTo(string user)
    {
        var deliveries = _deliveries[user];
        lock (deliveries)
            return [.. deliveries];
    }
}
