using Spectre.Console;

namespace StreamSocial.Cli.Verification;

/// <summary>Reads every feed and every counter and compares them with the reference.</summary>
internal sealed class ReadBack(ReadClient client, ReferenceModel reference, IAnsiConsole console)
{
    private const int Workers = 4;
    private const int UsersPerRequest = 200;
    private const int ContentsPerRequest = 1000;
    private const int NotificationsPerBatch = 50;
    private const int MostNotifiedUsers = 20_000;

    /// <param name="scope">What is read beside the feeds.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public async Task<ReadBackTotals> RunAsync(ReadBackScope scope, CancellationToken cancellationToken)
    {
        var totals = new ReadBackTotals();
        await ForEachBatchAsync("feeds", reference.Users, UsersPerRequest, async users =>
        {
            var feeds = await client.ReadFeedsAsync(users, reference.FeedCapacity, cancellationToken);
            lock (totals)
            {
                for (var i = 0; i < users.Length; i++)
                    totals.AddFeed(users[i], reference.FeedOf(users[i]), feeds[i]);
            }
        }, cancellationToken);
        if (scope.Counters)
            await CompareCountersAsync(totals, cancellationToken);
        if (scope is { Counters: true, Trend: true })
            totals.AddTrend(reference, await client.ReadTrendingAsync(cancellationToken));
        if (scope.Notifications)
            await CompareNotificationsAsync(totals, cancellationToken);
        return totals;
    }

    private Task CompareCountersAsync(ReadBackTotals totals, CancellationToken cancellationToken) =>
        ForEachBatchAsync("counters", reference.Counters.Keys.ToList(), ContentsPerRequest, async contents =>
        {
            var counters = await client.ReadCountersAsync(contents, cancellationToken);
            lock (totals)
            {
                for (var i = 0; i < contents.Length; i++)
                    totals.AddCounters("counters", reference.Counters[contents[i]], counters[i]);
            }
        }, cancellationToken);

    private Task CompareNotificationsAsync(ReadBackTotals totals, CancellationToken cancellationToken) =>
        ForEachBatchAsync("users' notifications", SomeOf(reference.Users), NotificationsPerBatch, async users =>
        {
            foreach (var user in users)
            {
                var notifications = await client.ReadNotificationsAsync(user, cancellationToken);
                lock (totals)
                    totals.AddNotifications(user, reference, notifications);
            }
        }, cancellationToken);

    /// <summary>Notifications are read user by user, so of many users only some are.</summary>
    private static List<string> SomeOf(IReadOnlyCollection<string> users)
    {
        var every = (users.Count / MostNotifiedUsers) + 1;
        return [.. users.Where((_, i) => i % every == 0)];
    }

    private async Task ForEachBatchAsync(
        string what, IReadOnlyCollection<string> keys, int size, Func<string[], Task> compare, CancellationToken cancellationToken)
    {
        console.MarkupLineInterpolated($"Reading back {keys.Count:N0} {what}");
        await Parallel.ForEachAsync(
            keys.Chunk(size),
            new ParallelOptions { MaxDegreeOfParallelism = Workers, CancellationToken = cancellationToken },
            async (batch, _) => await compare(batch));
    }
}
