using Confluent.Kafka;

namespace StreamSocial.Kafka.DeadLetters;

/// <summary>Bounds of one reading.</summary>
/// <param name="MaxBytes">Most bytes of payloads that are held at a time; one letter of each partition is held however large it is.</param>
/// <param name="MaxTime">How long the brokers may take.</param>
public sealed record DeadLetterBounds(long MaxBytes, TimeSpan MaxTime)
{
    /// <summary>Half a minute, however large the letters are.</summary>
    public static DeadLetterBounds HalfAMinute { get; } = new(long.MaxValue, TimeSpan.FromSeconds(30));
}

/// <summary>Some dead letters, newest first.</summary>
/// <param name="Letters">Of each partition in its order, and by their times among partitions.</param>
/// <param name="Next">Where the next page goes on; null when there is nothing older.</param>
/// <param name="Unread">Partitions that the brokers did not deliver in time: their letters may be missing.</param>
public sealed record DeadLetterPage(IReadOnlyList<DeadLetter> Letters, DeadLetterCursor? Next, IReadOnlyList<TopicPartition> Unread);

/// <summary>Reads dead-letter topics without taking part in any group, with one client for all readings. Thread-safe: one reading at a time, the others wait.</summary>
/// <param name="settings">The cluster.</param>
/// <param name="time">The clock of the bounds.</param>
public sealed class DeadLetterReader(KafkaClientSettings settings, TimeProvider time) : IDisposable
{
    private readonly SemaphoreSlim _turn = new(1);
    private DeadLetterLog? _log;

    /// <summary>Reads the newest letters.</summary>
    /// <param name="inputs">The input topics whose dead letters are meant.</param>
    /// <param name="limit">Most letters.</param>
    /// <param name="before">Where an earlier page ended; null for the newest of all.</param>
    /// <param name="bounds">Bounds of the reading.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <exception cref="DeadLetterException">The cluster does not answer, or has none of the topics.</exception>
    public Task<DeadLetterPage> ReadNewestAsync(
        IReadOnlyCollection<string> inputs, int limit, DeadLetterCursor? before, DeadLetterBounds bounds, CancellationToken cancellationToken) =>
        ReadAsync(
            bounds,
            async log =>
            {
                var tails = (await log.ReadSpansAsync(inputs)).Select(span => new PartitionTail(Before(span, before), limit)).ToDictionary(tail => tail.Partition);
                var unread = Fill(log, tails, bounds.MaxBytes, cancellationToken);
                return Merge([.. tails.Values], limit, unread);
            },
            cancellationToken);

    /// <summary>Reads the letters at some places.</summary>
    /// <returns>Those that are there, in the order of <paramref name="places"/>, each once.</returns>
    /// <exception cref="DeadLetterException">The cluster does not answer in time, or has none of the topics.</exception>
    public Task<IReadOnlyList<DeadLetter>> ReadAsync(
        IReadOnlyCollection<string> inputs, IReadOnlyCollection<DeadLetterPlace> places, DeadLetterBounds bounds, CancellationToken cancellationToken) =>
        ReadAsync<IReadOnlyList<DeadLetter>>(
            bounds,
            async log =>
            {
                var existing = (await log.ReadSpansAsync(inputs)).ToDictionary(span => span.Partition);
                var found = new Dictionary<DeadLetterPlace, DeadLetter>();
                var spans = places.Distinct().Select(Span).Where(span => existing.TryGetValue(span.Partition, out var all) && span.From >= all.From && span.To <= all.To);
                // Each round reads one place of each partition.
                foreach (var round in spans.GroupBy(span => span.Partition).SelectMany(partition => partition.Index()).GroupBy(span => span.Index, span => span.Item))
                {
                    if (log.Read([.. round], letter => found[letter.Place] = letter, cancellationToken).Count > 0)
                        throw new DeadLetterException($"The brokers did not deliver the dead letters within {bounds.MaxTime.TotalSeconds:0} s.");
                }
                return [.. places.Distinct().Where(found.ContainsKey).Select(place => found[place])];
            },
            cancellationToken);

    /// <summary>Waits for the end of a running reading, because librdkafka crashes if a disposed client is used.</summary>
    public void Dispose()
    {
        _turn.Wait();
        _log?.Dispose();
        _log = null;
        _turn.Dispose();
    }

    private async Task<T> ReadAsync<T>(DeadLetterBounds bounds, Func<DeadLetterLog, Task<T>> read, CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken);
        try
        {
            // The client blocks.
            return await Task.Run(
                () =>
                {
                    var log = _log ??= new DeadLetterLog(settings, time);
                    log.Begin(bounds.MaxTime);
                    return read(log);
                },
                CancellationToken.None);
        }
        catch
        {
            // The next reading begins with a client that knows nothing of what went wrong.
            _log?.Dispose();
            _log = null;
            throw;
        }
        finally
        {
            _turn.Release();
        }
    }

    private static OffsetSpan Span(DeadLetterPlace place) => new(new TopicPartition(place.Topic, place.Partition), place.Offset, place.Offset + 1);

    private static OffsetSpan Before(OffsetSpan span, DeadLetterCursor? before) =>
        before is not null && before.Bounds.TryGetValue(span.Partition, out var bound) ? span with { To = Math.Clamp(bound, span.From, Math.Max(span.From, span.To)) } : span;

    /// <summary>Reads each partition backwards, in ever larger steps, until it has as many letters as are wanted. Returns what could not be read in time.</summary>
    private static IReadOnlySet<TopicPartition> Fill(DeadLetterLog log, Dictionary<TopicPartition, PartitionTail> tails, long maxBytes, CancellationToken cancellationToken)
    {
        while (true)
        {
            var steps = tails.Values.Where(tail => tail.IsWanting && tails.Values.Sum(other => other.Bytes) < maxBytes).Select(tail => tail.NextStep()).ToList();
            if (steps.Count == 0)
                return new HashSet<TopicPartition>();
            var held = tails.Values.Sum(tail => tail.Bytes);
            var unread = log.Read(
                steps,
                letter =>
                {
                    var tail = tails[new TopicPartition(letter.Topic, letter.Partition)];
                    held += tail.Add(letter);
                    while (held > maxBytes && tail.TryDropOldest(out var freed))
                        held -= freed;
                },
                cancellationToken);
            foreach (var step in steps)
                tails[step.Partition].EndStep(isComplete: !unread.Contains(step.Partition));
            if (unread.Count > 0)
                return unread;
        }
    }

    private static DeadLetterPage Merge(IReadOnlyList<PartitionTail> tails, int limit, IReadOnlySet<TopicPartition> unread)
    {
        var letters = new List<DeadLetter>();
        while (letters.Count < limit)
        {
            // The next one of a partition that has more, and was not read further for want of room, may be newer than all others.
            if (tails.Any(tail => tail.Newest is null && tail.HasOlder && !unread.Contains(tail.Partition)))
                break;
            if (tails.Where(tail => tail.Newest is not null).MaxBy(tail => (tail.Newest!.At, tail.Newest.Id)) is not { } next)
                break;
            letters.Add(next.Take());
        }
        var hasMore = tails.Any(tail => tail.Newest is not null || tail.HasOlder);
        return new DeadLetterPage(
            letters,
            hasMore ? new DeadLetterCursor(tails.ToDictionary(tail => tail.Partition, tail => tail.Bound)) : null,
            [.. unread.OrderBy(partition => partition.Topic, StringComparer.Ordinal).ThenBy(partition => partition.Partition.Value)]);
    }
}
