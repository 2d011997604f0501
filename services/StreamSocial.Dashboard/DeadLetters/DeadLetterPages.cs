using StreamSocial.Dashboard.Sources;
using StreamSocial.Kafka.DeadLetters;

namespace StreamSocial.Dashboard.DeadLetters;

/// <summary>
/// Reads pages of dead letters. The newest pages are shared for some seconds, or until there are new letters, by all who look at them, and so few may wait that none waits long. Thread-safe.
/// </summary>
internal sealed class DeadLetterPages(DeadLetterReader reader, TopicMonitor topics, TimeProvider time)
{
    public static readonly DeadLetterBounds Bounds = new(16 * 1024 * 1024, TimeSpan.FromSeconds(5));

    private const int MaxReadings = 8;
    private const int MaxShared = 8;

    private static readonly TimeSpan SharedFor = TimeSpan.FromSeconds(2);

    private readonly Lock _gate = new();
    private readonly Dictionary<(string Inputs, int Limit), (long At, long? Letters, Task<DeadLetterList> Page)> _shared = [];
    private int _readings;

    /// <summary>Reads a page; whether its letters were sent back is not known yet.</summary>
    /// <exception cref="DeadLettersBusyException">Too many wait already.</exception>
    /// <exception cref="DeadLetterException">The brokers do not answer.</exception>
    public Task<DeadLetterList> ReadAsync(IReadOnlyCollection<string> inputs, int limit, DeadLetterCursor? before, CancellationToken cancellationToken) =>
        // A reading that is shared does not end with the one who asked first; its bounds end it.
        (before is null ? Shared(inputs, limit) : BoundedAsync(inputs, limit, before)).WaitAsync(cancellationToken);

    private Task<DeadLetterList> Shared(IReadOnlyCollection<string> inputs, int limit)
    {
        var key = (string.Join(',', inputs), limit);
        var letters = topics.Current?.AllDeadLetters;
        lock (_gate)
        {
            if (_shared.TryGetValue(key, out var known) && !known.Page.IsFaulted && known.Letters == letters && time.GetElapsedTime(known.At) < SharedFor)
                return known.Page;
            if (!_shared.ContainsKey(key) && _shared.Count >= MaxShared)
                _shared.Remove(_shared.MinBy(page => page.Value.At).Key);
            var page = BoundedAsync(inputs, limit, null);
            _shared[key] = (time.GetTimestamp(), letters, page);
            return page;
        }
    }

    private async Task<DeadLetterList> BoundedAsync(IReadOnlyCollection<string> inputs, int limit, DeadLetterCursor? before)
    {
        try
        {
            if (Interlocked.Increment(ref _readings) > MaxReadings)
                throw new DeadLettersBusyException();
            var page = await reader.ReadNewestAsync(inputs, limit, before, Bounds, CancellationToken.None);
            return new DeadLetterList(
                [.. page.Letters.Select(DeadLetterView.From)], page.Next?.Encode(), [.. page.Unread.Select(partition => $"{partition.Topic}:{partition.Partition.Value}")]);
        }
        finally
        {
            Interlocked.Decrement(ref _readings);
        }
    }
}
