using System.Net.Http.Json;
using System.Text.Json;
using StreamSocial.Cli.Clients;
using StreamSocial.Cli.Verification;

namespace StreamSocial.Cli.Drills.Measuring;

/// <summary>Reads one user's feed again and again, each time from any replica, and repeats what a client repeats.</summary>
internal sealed class FeedReader(string user, ReplicaDirectory replicas, HttpClient http, RequestLog log, int seed, TimeProvider time)
{
    /// <summary>Entries of a page: mostly more than a busy feed takes while its partition moves.</summary>
    private const int Limit = 200;

    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(500);
    private readonly Random _random = new(seed);
    private readonly ReadingHistory _history = new();

    public string User => user;

    /// <summary>What it saw. Complete when the reader has ended.</summary>
    public ReadingHistory History => _history;

    /// <summary>Reads until it is told to end.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        try
        {
            while (true)
            {
                await Task.Delay(Interval * (0.5 + _random.NextDouble()), time, cancellationToken);
                await ReadAsync(cancellationToken);
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // The drill is over.
        }
    }

    /// <summary>Reads the feed once, with as many repeats as it takes or a client has patience for.</summary>
    public async Task ReadAsync(CancellationToken cancellationToken)
    {
        if (await ReadPageAsync("", cancellationToken) is not { } first)
            return;
        var behind = new List<ReadEntry>();
        for (var page = first; page.Next is { } next && _history.IsInDoubtBehind(page.Entries);)
        {
            if (await ReadPageAsync($"&before={next}", cancellationToken) is not { } further)
                break;
            behind.AddRange(further.Entries);
            page = further;
        }

        _history.Add(first.Entries, isWhole: first.Next is null, behind);
    }

    /// <summary>Reads one page; null when it was given up, which the log has then.</summary>
    private async Task<Page?> ReadPageAsync(string position, CancellationToken cancellationToken)
    {
        var start = time.GetTimestamp();
        while (true)
        {
            var (page, verdict) = await TryReadAsync(position, cancellationToken);
            if (page is not null)
            {
                log.AddAnswer(time.GetElapsedTime(start));
                return page;
            }

            if (verdict.Kind == VerdictKind.Error || time.GetElapsedTime(start) + verdict.After > ClientRules.RepeatFor)
            {
                log.AddError($"feed of {user}: {verdict.Reason} after {time.GetElapsedTime(start).TotalSeconds:0.0} s");
                return null;
            }

            log.AddRepeat(verdict.Reason);
            await Task.Delay(verdict.After, time, cancellationToken);
        }
    }

    private async Task<(Page? Page, Verdict Verdict)> TryReadAsync(string position, CancellationToken cancellationToken)
    {
        if (replicas.Current is not { Count: > 0 } addresses)
            return (null, new(VerdictKind.Repeat, ClientRules.RepeatAfter, "no replica known"));
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(ClientRules.AnswerTimeout);
        try
        {
            var address = new Uri(addresses[_random.Next(addresses.Count)], $"v1/feeds/{Uri.EscapeDataString(user)}?limit={Limit}{position}");
            using var response = await http.GetAsync(address, patience.Token);
            var verdict = ClientRules.Judge(response);
            if (verdict.Kind != VerdictKind.Answer)
                return (null, verdict);
            var page = await response.Content.ReadFromJsonAsync<Page>(JsonSerializerOptions.Web, patience.Token);
            return page?.User == user ? (page, verdict) : (null, new(VerdictKind.Error, default, $"the answer is the feed of {page?.User ?? "nobody"}"));
        }
        catch (JsonException)
        {
            return (null, new(VerdictKind.Error, default, "the answer is no feed"));
        }
        catch (Exception e) when (ClientRules.IsConnectionLost(e, cancellationToken))
        {
            return (null, new(VerdictKind.Repeat, ClientRules.RepeatAfter, ClientRules.Describe(e)));
        }
    }

    private sealed record Page(string User, IReadOnlyList<ReadEntry> Entries, string? Next);
}
