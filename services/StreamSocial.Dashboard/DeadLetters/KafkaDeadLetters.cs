using StreamSocial.Events.Stages;
using StreamSocial.Kafka.DeadLetters;

namespace StreamSocial.Dashboard.DeadLetters;

/// <summary>The dead letters of the running cluster. One reading and one replay at a time, however many ask.</summary>
internal sealed class KafkaDeadLetters(DeadLetterReader reader, DeadLetterReplay replay, ReplayedLetters replayed, TimeProvider time) : IDeadLetters, IDisposable
{
    private static readonly DeadLetterBounds Bounds = new(16 * 1024 * 1024, TimeSpan.FromSeconds(5));

    /// <summary>How long the brokers may take for each record.</summary>
    private static readonly TimeSpan SendTimeout = TimeSpan.FromSeconds(10);

    private readonly SemaphoreSlim _reading = new(1);
    private readonly SemaphoreSlim _replaying = new(1);

    public async Task<DeadLetterList> ReadAsync(IReadOnlyCollection<string> inputs, int limit, DeadLetterCursor? before, CancellationToken cancellationToken)
    {
        await _reading.WaitAsync(cancellationToken);
        try
        {
            var page = await reader.ReadNewestAsync(inputs, limit, before, Bounds, cancellationToken);
            return new DeadLetterList(
                [.. page.Letters.Select(letter => DeadLetterView.From(letter, replayed.Find(letter.Place)))],
                page.Next?.Encode(),
                [.. page.Unread.Select(partition => $"{partition.Topic}:{partition.Partition.Value}")]);
        }
        finally
        {
            _reading.Release();
        }
    }

    public async Task<ReplayResult> ReplayAsync(IReadOnlyList<DeadLetterPlace> places, bool repeat, HttpContext context, CancellationToken cancellationToken)
    {
        await _replaying.WaitAsync(cancellationToken);
        try
        {
            var letters = await reader.ReadAsync(FeedGeneratorStages.Inputs, places, Bounds, cancellationToken);
            Check(places, letters, repeat);
            // Before they go: should this process die meanwhile, they count as sent, and are sent again only by somebody who says so.
            replayed.Add(letters.Select(letter => letter.Place), time.GetUtcNow());
            // From here on it does not matter whether the client waits.
            return new ReplayResult((await replay.SendAsync(letters, SendTimeout, CancellationToken.None)).Count);
        }
        finally
        {
            _replaying.Release();
        }
    }

    public void Dispose()
    {
        _reading.Dispose();
        _replaying.Dispose();
    }

    private void Check(IReadOnlyList<DeadLetterPlace> places, IReadOnlyList<DeadLetter> letters, bool repeat)
    {
        var found = letters.Select(letter => letter.Place).ToHashSet();
        if (places.Where(place => !found.Contains(place)).ToList() is { Count: > 0 } missing)
            throw new ReplayRefusedException(DeadLetterProblems.NoSuchLetter, $"There is no dead letter {string.Join(", ", missing)}. Nothing was sent.");
        if (letters.FirstOrDefault(letter => !letter.IsReplayable) is { } incomplete)
            throw new ReplayRefusedException(DeadLetterProblems.NotReplayable, $"{incomplete.Id} does not say where it came from, or is not complete. Nothing was sent.");
        if (!repeat && letters.FirstOrDefault(letter => replayed.Find(letter.Place) is not null) is { } sent)
            throw new ReplayRefusedException(DeadLetterProblems.AlreadyReplayed, $"{sent.Id} was sent at {replayed.Find(sent.Place):u}, or may have been. Nothing was sent now.");
    }
}

/// <summary>Which dead letters were sent back, or may have been, and when. Thread-safe.</summary>
internal sealed class ReplayedLetters
{
    private readonly Lock _gate = new();
    private readonly Dictionary<DeadLetterPlace, DateTimeOffset> _sent = [];

    public DateTimeOffset? Find(DeadLetterPlace place)
    {
        lock (_gate)
            return _sent.TryGetValue(place, out var at) ? at : null;
    }

    public void Add(IEnumerable<DeadLetterPlace> places, DateTimeOffset at)
    {
        lock (_gate)
        {
            foreach (var place in places)
                _sent[place] = at;
        }
    }
}
