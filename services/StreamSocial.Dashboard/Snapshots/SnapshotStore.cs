using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace StreamSocial.Dashboard.Snapshots;

/// <summary>Holds the latest snapshot and the charts' history. One thread publishes; any thread reads or waits.</summary>
internal sealed class SnapshotStore
{
    private readonly Lock _gate = new();
    private TaskCompletionSource _next = NewSignal();
    private ImmutableQueue<HistoryPoint> _history = [];

    /// <summary>The latest; null before the first.</summary>
    public PublishedSnapshot? Current { get; private set; }

    /// <summary>One point for each snapshot, oldest first.</summary>
    public ImmutableQueue<HistoryPoint> History => _history;

    public void Publish(DashboardSnapshot snapshot, TimeSpan historyLength)
    {
        var published = new PublishedSnapshot(snapshot, JsonSerializer.Serialize(snapshot, SnapshotJson.Default.DashboardSnapshot));
        TaskCompletionSource reached;
        lock (_gate)
        {
            // The clock was set back: points of after this moment are of another time.
            if (Current?.Snapshot.At > snapshot.At)
                _history = ImmutableQueue.CreateRange(_history.Where(point => point.At < snapshot.At));
            Current = published;
            _history = _history.Enqueue(HistoryPoint.Of(snapshot));
            while (snapshot.At - _history.Peek().At > historyLength.TotalMilliseconds)
                _history = _history.Dequeue();
            (reached, _next) = (_next, NewSignal());
        }
        reached.SetResult();
    }

    /// <summary>Puts the points of before in front, oldest first; those that are not before what is there are left out.</summary>
    public void Restore(IEnumerable<HistoryPoint> earlier)
    {
        lock (_gate)
        {
            var first = _history.IsEmpty ? long.MaxValue : _history.Peek().At;
            _history = ImmutableQueue.CreateRange(earlier.Where(point => point.At < first).Concat(_history));
        }
    }

    /// <summary>The latest snapshot, then each newer one; a slow reader gets the latest, not all.</summary>
    public async IAsyncEnumerable<PublishedSnapshot> ReadAllAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        PublishedSnapshot? seen = null;
        while (true)
        {
            Task newer;
            PublishedSnapshot? latest;
            lock (_gate)
                (latest, newer) = (Current, _next.Task);
            if (latest is not null && !ReferenceEquals(latest, seen))
                yield return seen = latest;
            else
                await newer.WaitAsync(cancellationToken);
        }
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}

/// <summary>A snapshot with its JSON, which is written once for all clients.</summary>
internal sealed record PublishedSnapshot(DashboardSnapshot Snapshot, string Json);

/// <summary>The part of a snapshot that the charts show.</summary>
internal readonly record struct HistoryPoint(long At, double? RateIn, double? RateOut, long? Lag, long? OldestAgeMs, int? Wanted, int? Running, int? Ready)
{
    public static HistoryPoint Of(DashboardSnapshot snapshot) => new(
        snapshot.At,
        snapshot.Totals.RateIn,
        snapshot.Totals.RateOut,
        // A sum that lacks some partitions would look like a falling lag, and an age of the others, or since a restart, like one that falls.
        snapshot.Totals.UnknownLags == 0 ? snapshot.Totals.Lag : null,
        snapshot.Totals.UnknownAges == 0 ? snapshot.Totals.OldestAgeMs : null,
        snapshot.Scale?.Desired,
        snapshot.Scale?.Running,
        snapshot.Scale?.Ready);
}

/// <summary>The JSON of the API: camel case, null for what is unknown.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(DashboardSnapshot))]
internal sealed partial class SnapshotJson : JsonSerializerContext;
