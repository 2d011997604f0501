using StreamSocial.Dashboard.Operations;
using StreamSocial.Events.Stages;
using StreamSocial.Kafka.DeadLetters;
using StreamSocial.Operations.DeadLetters;
using StreamSocial.Operations.Log;

namespace StreamSocial.Dashboard.DeadLetters;

/// <summary>The dead letters of the running cluster. One replay at a time, however many ask.</summary>
internal sealed class KafkaDeadLetters(
    DeadLetterReader reader, DeadLetterPages pages, DeadLetterReplay replay, ReplayOrder order, ReplayedLetters replayed, OperationLog operations) : IDeadLetters, IDisposable
{
    private static readonly DeadLetterBounds Bounds = DeadLetterPages.Bounds;

    /// <summary>How long the brokers may take for each record.</summary>
    private static readonly TimeSpan SendTimeout = TimeSpan.FromSeconds(10);

    private readonly SemaphoreSlim _replaying = new(1);

    public async Task<DeadLetterList> ReadAsync(IReadOnlyCollection<string> inputs, int limit, DeadLetterCursor? before, CancellationToken cancellationToken)
    {
        var page = await pages.ReadAsync(inputs, limit, before, cancellationToken);
        var sent = replayed.Current;
        return page with { Letters = [.. page.Letters.Select(letter => letter with { Replayed = ReplayedLetters.Find(sent, letter.Place)?.ToUnixTimeMilliseconds() })] };
    }

    public async Task<ReplayResult> ReplayAsync(IReadOnlyList<ReplayChoice> choices, Operator by, CancellationToken cancellationToken)
    {
        await _replaying.WaitAsync(cancellationToken);
        try
        {
            var places = choices.Select(choice => choice.Place).ToList();
            var repeated = choices.Where(choice => choice.Repeat).Select(choice => choice.Place).ToHashSet();
            var letters = await reader.ReadAsync(FeedGeneratorStages.Inputs, places, Bounds, cancellationToken);
            Check(places, letters, repeated);
            var hasBegun = false;
            var request = by.Ask(ReplayRecord.Kind, string.Join(", ", places.Select(place => place.Topic).Distinct()), ReplayRecord.Write([.. letters.Select(letter => letter.Place)])) with
            {
                IsUndone = () => !hasBegun,
            };
            // Recorded before they go: should this process die meanwhile, they count as sent, and go again only if somebody says so. From here on it does not
            // matter whether the client waits.
            var sent = await operations.RunAsync(
                request,
                async (id, cancelled) =>
                {
                    var taken = await order.ReadTakenAsync(id, cancelled);
                    if (letters.FirstOrDefault(letter => taken.Contains(letter.Place) && !repeated.Contains(letter.Place)) is { } other)
                        throw new ReplayRefusedException(DeadLetterProblems.AlreadyReplayed, $"{other.Id} is sent by somebody else at the moment. Nothing was sent now.");
                    hasBegun = true;
                    replayed.Add(letters.Select(letter => letter.Place));
                    return (await replay.SendAsync(letters, SendTimeout, cancelled)).Count;
                },
                count => $"{count} sent back",
                CancellationToken.None);
            return new ReplayResult(sent);
        }
        finally
        {
            _replaying.Release();
        }
    }

    public void Dispose() => _replaying.Dispose();

    private void Check(IReadOnlyList<DeadLetterPlace> places, IReadOnlyList<DeadLetter> letters, IReadOnlySet<DeadLetterPlace> repeated)
    {
        var found = letters.Select(letter => letter.Place).ToHashSet();
        if (places.Where(place => !found.Contains(place)).ToList() is { Count: > 0 } missing)
            throw new ReplayRefusedException(DeadLetterProblems.NoSuchLetter, $"There is no dead letter {string.Join(", ", missing)}. Nothing was sent.");
        if (letters.FirstOrDefault(letter => !letter.IsReplayable) is { } incomplete)
            throw new ReplayRefusedException(DeadLetterProblems.NotReplayable, $"{incomplete.Id} does not say where it came from, or is not complete. Nothing was sent.");
        if (found.IsSubsetOf(repeated))
            return;
        var known = replayed.Current ?? throw new ReplayRefusedException(DeadLetterProblems.ReplaysUnknown, DeadLetterProblems.ReplaysUnknown.Meaning);
        if (letters.FirstOrDefault(letter => known.ContainsKey(letter.Place) && !repeated.Contains(letter.Place)) is { } sent)
            throw new ReplayRefusedException(DeadLetterProblems.AlreadyReplayed, $"{sent.Id} was sent at {known[sent.Place]:u}, or may have been. Nothing was sent now.");
    }
}

/// <summary>Which dead letters were sent back, or may have been, and when: what the log of actions has, and what this process adds to it. Thread-safe.</summary>
internal sealed class ReplayedLetters(IOperationsView operations, TimeProvider time)
{
    private readonly Lock _gate = new();

    /// <summary>Those of this process, which the log may not have brought back yet.</summary>
    private readonly Dictionary<DeadLetterPlace, DateTimeOffset> _own = [];

    /// <summary>By place; null until the log has been read.</summary>
    public IReadOnlyDictionary<DeadLetterPlace, DateTimeOffset>? Current
    {
        get
        {
            if (operations.Current is not { } logged)
                return null;
            var sent = new Dictionary<DeadLetterPlace, DateTimeOffset>(ReplayRecord.ReadAll(logged));
            lock (_gate)
            {
                foreach (var (place, at) in _own)
                    sent.TryAdd(place, at);
            }
            return sent;
        }
    }

    public static DateTimeOffset? Find(IReadOnlyDictionary<DeadLetterPlace, DateTimeOffset>? sent, DeadLetterPlace place) =>
        sent is not null && sent.TryGetValue(place, out var at) ? at : null;

    /// <summary>These are sent now.</summary>
    public void Add(IEnumerable<DeadLetterPlace> places)
    {
        var now = time.GetUtcNow();
        lock (_gate)
        {
            foreach (var place in places)
                _own[place] = now;
        }
    }
}
