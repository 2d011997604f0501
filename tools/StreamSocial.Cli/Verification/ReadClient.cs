using System.Collections.Immutable;
using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using StreamSocial.Events;

namespace StreamSocial.Cli.Verification;

/// <summary>
/// Reads feeds and counters back in batches, from the feed generators in turn: any of them answers for any user. One that does not answer is not asked again as
/// long as another is left: a proxy may hold on to what is asked of one that was stopped, each time until the timeout.
/// </summary>
internal sealed class ReadClient : IDisposable
{
    /// <summary>Most entries of all feeds that one request may ask for; the read API's limit.</summary>
    private const int MaxBatchEntries = 50_000;

    private static readonly TimeSpan RetryDelay = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan DefaultTimeout = TimeSpan.FromSeconds(30);
    private const int Tries = 60;
    private readonly HttpClient[] _generators;
    private readonly TimeProvider _time;
    private ImmutableArray<HttpClient> _answering;
    private int _next;

    /// <param name="generators">Addresses of the feed generators.</param>
    /// <param name="time">Delays.</param>
    /// <param name="requestTimeout">Longest time for one answer; default 30 s.</param>
    /// <exception cref="NotHeldException">There is none.</exception>
    public ReadClient(IEnumerable<Uri> generators, TimeProvider time, TimeSpan? requestTimeout = null)
    {
        _time = time;
        _generators = [.. generators.Select(address => new HttpClient { BaseAddress = address, Timeout = requestTimeout ?? DefaultTimeout })];
        _answering = [.. _generators];
        if (_generators.Length == 0)
            throw new NotHeldException("No feed generator is running, so nothing can be read back.");
    }

    public void Dispose()
    {
        foreach (var generator in _generators)
            generator.Dispose();
    }

    /// <summary>The feeds of some users, in their order, each newest first.</summary>
    public async Task<IReadOnlyList<IReadOnlyList<ReadEntry>>> ReadFeedsAsync(IReadOnlyList<string> users, int limit, CancellationToken cancellationToken)
    {
        var feeds = new List<IReadOnlyList<ReadEntry>>(users.Count);
        foreach (var some in users.Chunk(Math.Max(1, MaxBatchEntries / limit)))
        {
            var batch = await PostAsync<FeedItem>("v1/feeds:batchGet", new { users = some, limit }, some.Length, cancellationToken);
            for (var i = 0; i < some.Length; i++)
            {
                if (batch[i].User != some[i])
                    throw new NotHeldException($"Asked for the feed of {some[i]}, the answer at its place is {batch[i].User}'s.");
                feeds.Add(await CompleteAsync(batch[i], limit, cancellationToken));
            }
        }

        return feeds;
    }

    /// <summary>Reads the rest of a feed whose page was cut because of its bytes, and one page of what is said to follow a full feed: nothing should.</summary>
    private async Task<IReadOnlyList<ReadEntry>> CompleteAsync(FeedItem page, int limit, CancellationToken cancellationToken)
    {
        var entries = page.Entries.ToList();
        for (var next = page.Next; next is not null && entries.Count <= limit;)
        {
            var path = $"v1/feeds/{Uri.EscapeDataString(page.User)}?limit={Math.Max(1, limit - entries.Count)}&before={next}";
            var more = await SendAsync<FeedItem>(path, generator => generator.GetAsync(path, cancellationToken), cancellationToken);
            if (more.Entries.Count == 0)
                throw new NotHeldException($"More is said to follow the {entries.Count} entries of {page.User}'s feed, and nothing does.");
            entries.AddRange(more.Entries);
            next = more.Next;
        }

        return entries;
    }

    /// <summary>The counters of some contents, in their order.</summary>
    public async Task<IReadOnlyList<ReadCounters>> ReadCountersAsync(IReadOnlyList<string> contents, CancellationToken cancellationToken)
    {
        var batch = await PostAsync<ContentItem>("v1/content:batchGetStats", new { contents }, contents.Count, cancellationToken);
        for (var i = 0; i < contents.Count; i++)
        {
            if (batch[i].ContentId != contents[i])
                throw new NotHeldException($"Asked for the counters of {contents[i]}, the answer at its place is {batch[i].ContentId}'s.");
        }

        return [.. batch.Select(item => item.ToCounters())];
    }

    /// <summary>The notifications of a user.</summary>
    public async Task<ReadNotifications> ReadNotificationsAsync(string user, CancellationToken cancellationToken)
    {
        var path = $"v1/notifications/{Uri.EscapeDataString(user)}?limit=1000";
        var page = await SendAsync<NotificationPage>(path, generator => generator.GetAsync(path, cancellationToken), cancellationToken);
        return new(page.Unread, [.. page.Notifications.Select(item => (item.Number, item.ToReference()))]);
    }

    /// <summary>The contents that trend, with their counters, which another way of reading merges.</summary>
    public async Task<ReadTrend> ReadTrendingAsync(CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            var path = $"v1/trending?limit={ReferenceModel.TrendingContents}";
            var trend = await SendAsync<Trend>(path, generator => generator.GetAsync(path, cancellationToken), cancellationToken);
            if (trend.UnknownPartitions == 0)
                return new(trend.AsOf, [.. trend.Contents.Select(content => (content.Score, content.Stats.ToCounters()))]);
            if (attempt == Tries)
                throw new NotHeldException($"The trend still lacks {trend.UnknownPartitions} partitions after {attempt} tries.");
            await Task.Delay(RetryDelay, _time, cancellationToken);
        }
    }

    private HttpClient NextGenerator()
    {
        var answering = _answering;
        return answering[(int)((uint)Interlocked.Increment(ref _next) % answering.Length)];
    }

    /// <summary>Leaves out a generator that did not answer; when none is left, all are asked again.</summary>
    private void LeaveOut(HttpClient generator) => ImmutableInterlocked.Update(
        ref _answering, answering => answering.Remove(generator) is { IsEmpty: false } left ? left : [.. _generators]);

    private async Task<IReadOnlyList<T>> PostAsync<T>(string path, object body, int count, CancellationToken cancellationToken)
    {
        var batch = await SendAsync<Batch<T>>(path, generator => generator.PostAsJsonAsync(path, body, JsonSerializerOptions.Web, cancellationToken), cancellationToken);
        return batch.Items.Count == count ? batch.Items : throw new NotHeldException($"{path} answered {batch.Items.Count} items for {count} asked.");
    }

    private async Task<T> SendAsync<T>(string path, Func<HttpClient, Task<HttpResponseMessage>> send, CancellationToken cancellationToken)
        where T : class
    {
        // Just after a change of the group a partition may be on its way for a moment; the answer is 503 then.
        for (var attempt = 1; ; attempt++)
        {
            var generator = NextGenerator();
            using var response = await TrySendAsync(generator, send, cancellationToken);
            if (response is null)
                LeaveOut(generator);
            if (response is null && attempt == Tries)
                throw new NotHeldException($"{path} was not answered in {attempt} tries.");
            if (response is null || (response.StatusCode == HttpStatusCode.ServiceUnavailable && attempt < Tries))
            {
                await Task.Delay(RetryDelay, _time, cancellationToken);
                continue;
            }

            if (!response.IsSuccessStatusCode)
            {
                var problem = Encoding.UTF8.GetString(await response.Content.ReadAsByteArrayAsync(cancellationToken));
                throw new NotHeldException($"{generator.BaseAddress}{path} answered {(int)response.StatusCode} after {attempt} tries: {problem}");
            }

            try
            {
                return await response.Content.ReadFromJsonAsync<T>(JsonSerializerOptions.Web, cancellationToken)
                    ?? throw new NotHeldException($"{generator.BaseAddress}{path} answered nothing.");
            }
            // An unknown character set is told as an invalid operation.
            catch (Exception e) when (e is JsonException or InvalidOperationException)
            {
                throw new NotHeldException($"{generator.BaseAddress}{path} answered something else than expected: {e.Message}", e);
            }
        }
    }

    /// <summary>Null when it does not answer: an autoscaler may just have stopped it, and the others answer for it.</summary>
    private static async Task<HttpResponseMessage?> TrySendAsync(HttpClient generator, Func<HttpClient, Task<HttpResponseMessage>> send, CancellationToken cancellationToken)
    {
        try
        {
            return await send(generator);
        }
        catch (Exception e) when (e is HttpRequestException || (e is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            return null;
        }
    }

    private sealed record Batch<T>(IReadOnlyList<T> Items);

    private sealed record FeedItem(string User, IReadOnlyList<ReadEntry> Entries, string? Next);

    private sealed record ContentItem(string ContentId, long Views, long Impressions, long Clicks, long Likes, long Comments, long Shares, int Partitions)
    {
        public ReadCounters ToCounters() => new(ContentId, new(Views, Impressions, Clicks, Likes, Comments, Shares), Partitions);
    }

    private sealed record NotificationPage(int Unread, IReadOnlyList<NotificationItem> Notifications);

    private sealed record NotificationItem(int Number, string Type, string ActorId, string ContentId, string ActionId, long OccurredAt)
    {
        public ReferenceNotification ToReference() => new(
            Enum.TryParse<NotificationType>(Type, ignoreCase: true, out var type) ? type : throw new NotHeldException($"A notification has the unknown type '{Type}'."),
            ActorId, ContentId, ActionId, OccurredAt);
    }

    private sealed record Trend(long? AsOf, IReadOnlyList<TrendItem> Contents, int UnknownPartitions);

    private sealed record TrendItem(double Score, ContentItem Stats);
}

/// <summary>The counters of one content as the read API gives them.</summary>
/// <param name="Partitions">Number of partitions whose parts they are the sums of.</param>
internal sealed record ReadCounters(string ContentId, ContentCounts Counts, int Partitions);

/// <summary>One entry of a feed as the read API gives it.</summary>
/// <param name="Type">The action's lower-case word.</param>
/// <param name="OccurredAt">Unix milliseconds.</param>
/// <param name="Arrival">1, 2, 3, … in the order in which the feed took its entries; null when the feed pulls it.</param>
/// <param name="PullNumber">1, 2, 3, … among its author's pulled actions; null when it was pushed.</param>
internal sealed record ReadEntry(string ActionId, string Type, string AuthorId, string ContentId, string Text, long OccurredAt, long? Arrival, int? PullNumber = null);
