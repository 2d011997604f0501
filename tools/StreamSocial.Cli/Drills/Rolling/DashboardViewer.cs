using System.Net.ServerSentEvents;
using StreamSocial.Cli.Clients;
using StreamSocial.Cli.Drills.Measuring;

namespace StreamSocial.Cli.Drills.Rolling;

/// <summary>
/// Looks at the dashboard as a browser does: loads the page, follows the stream of snapshots, and connects again after a moment when it ends. Ends when disposed.
/// </summary>
internal sealed class DashboardViewer : IAsyncDisposable
{
    private const string SnapshotEvent = "snapshot";
    private static readonly TimeSpan ReconnectDelay = TimeSpan.FromSeconds(1);

    /// <summary>The stream has a heartbeat each second.</summary>
    private static readonly TimeSpan LongestSilence = TimeSpan.FromSeconds(10);

    private readonly HttpClient _http = new(new SocketsHttpHandler { ConnectTimeout = TimeSpan.FromSeconds(5) }) { Timeout = Timeout.InfiniteTimeSpan };
    private readonly CancellationTokenSource _stop = new();
    private readonly RequestLog _log = new();
    private readonly Uri _dashboard;
    private readonly TimeProvider _time;
    private readonly Task _viewing;
    private long _lostAt;
    private int _connections;

    public DashboardViewer(Uri dashboard, TimeProvider time)
    {
        (_dashboard, _time, _lostAt) = (dashboard, time, time.GetTimestamp());
        _viewing = ViewAsync(_stop.Token);
    }

    /// <summary>What the requests came to; an answer is the first snapshot of a connection.</summary>
    public RequestFigures Requests => _log.Read();

    /// <summary>Connections that brought a snapshot, after the first.</summary>
    public int Reconnections => Math.Max(0, Volatile.Read(ref _connections) - 1);

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _viewing;
        _http.Dispose();
        _stop.Dispose();
    }

    private async Task ViewAsync(CancellationToken cancellationToken)
    {
        try
        {
            while (true)
            {
                if (await HasPageAsync(cancellationToken))
                    await FollowAsync(cancellationToken);
                await Task.Delay(ReconnectDelay, _time, cancellationToken);
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // The drill is over.
        }
    }

    /// <summary>Loads the page, as who opens it at this moment does.</summary>
    private async Task<bool> HasPageAsync(CancellationToken cancellationToken)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(ClientRules.AnswerTimeout);
        try
        {
            using var page = await _http.GetAsync(_dashboard, patience.Token);
            return Take(page, "page");
        }
        catch (Exception e) when (ClientRules.IsConnectionLost(e, cancellationToken))
        {
            _log.AddRepeat(ClientRules.Describe(e));
            return false;
        }
    }

    private async Task FollowAsync(CancellationToken cancellationToken)
    {
        using var silence = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        silence.CancelAfter(LongestSilence);
        var hasSnapshot = false;
        try
        {
            using var response = await _http.GetAsync(new Uri(_dashboard, "api/stream"), HttpCompletionOption.ResponseHeadersRead, silence.Token);
            if (!Take(response, "stream"))
                return;
            await using var body = await response.Content.ReadAsStreamAsync(silence.Token);
            await foreach (var item in SseParser.Create(body).EnumerateAsync(silence.Token))
            {
                silence.CancelAfter(LongestSilence);
                if (hasSnapshot || item.EventType != SnapshotEvent)
                    continue;
                hasSnapshot = true;
                Interlocked.Increment(ref _connections);
                _log.AddAnswer(_time.GetElapsedTime(_lostAt));
            }
        }
        catch (Exception e) when (ClientRules.IsConnectionLost(e, cancellationToken))
        {
            // The dashboard ended, or fell silent: what an EventSource connects again for.
            if (!hasSnapshot)
                _log.AddRepeat(ClientRules.Describe(e));
        }
        finally
        {
            if (hasSnapshot)
                _lostAt = _time.GetTimestamp();
        }
    }

    private bool Take(HttpResponseMessage response, string what)
    {
        var verdict = ClientRules.Judge(response);
        if (verdict.Kind == VerdictKind.Repeat)
            _log.AddRepeat(verdict.Reason);
        else if (verdict.Kind == VerdictKind.Error)
            _log.AddError($"the dashboard's {what} was answered {verdict.Reason}");
        return verdict.Kind == VerdictKind.Answer;
    }
}
