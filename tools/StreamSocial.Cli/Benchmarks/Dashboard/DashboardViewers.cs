using System.Net.ServerSentEvents;

namespace StreamSocial.Cli.Benchmarks.Dashboard;

/// <summary>Streams of snapshots that are read as a browser reads them, each over a connection of its own.</summary>
internal sealed class DashboardViewers : IAsyncDisposable
{
    private const string SnapshotEvent = "snapshot";

    private readonly SocketsHttpHandler _handler = new();
    private readonly HttpClient _http;
    private readonly CancellationTokenSource _stop = new();
    private readonly long[] _received;
    private readonly List<Task> _reading = [];
    private int _latestBytes;

    private DashboardViewers(int viewers)
    {
        _http = new HttpClient(_handler, disposeHandler: true) { Timeout = Timeout.InfiniteTimeSpan };
        // What browsers say.
        _http.DefaultRequestHeaders.AcceptEncoding.ParseAdd("gzip, deflate, br");
        _received = new long[viewers];
    }

    /// <summary>Snapshots that each viewer has received.</summary>
    public long[] Received => [.. _received.Select((_, viewer) => Interlocked.Read(ref _received[viewer]))];

    /// <summary>Bytes of the snapshot that was received last.</summary>
    public int LatestBytes => Volatile.Read(ref _latestBytes);

    /// <summary>Opens the streams; returns when the dashboard has taken all of them.</summary>
    /// <exception cref="NotHeldException">It refused one.</exception>
    public static async Task<DashboardViewers> OpenAsync(Uri dashboard, int viewers, CancellationToken cancellationToken)
    {
        var opened = new DashboardViewers(viewers);
        try
        {
            for (var viewer = 0; viewer < viewers; viewer++)
                await opened.AddAsync(new Uri(dashboard, "api/stream"), viewer, cancellationToken);
            return opened;
        }
        catch
        {
            await opened.DisposeAsync();
            throw;
        }
    }

    /// <exception cref="NotHeldException">A stream has ended.</exception>
    public void ThrowIfFailed()
    {
        if (_reading.Find(reading => reading.IsCompleted) is { } ended)
            throw new NotHeldException($"The stream of a viewer has ended{(ended.Exception is { } failure ? $": {failure.InnerException!.Message}" : ".")}");
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        // Why a stream ended has been said already.
        await Task.WhenAll(_reading).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _http.Dispose();
        _stop.Dispose();
    }

    private async Task AddAsync(Uri stream, int viewer, CancellationToken cancellationToken)
    {
        var response = await _http.GetAsync(stream, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        if (!response.IsSuccessStatusCode)
        {
            response.Dispose();
            throw new NotHeldException($"The dashboard has answered viewer {viewer + 1} with status {(int)response.StatusCode}.");
        }

        _reading.Add(ReadAsync(response, viewer));
    }

    private async Task ReadAsync(HttpResponseMessage response, int viewer)
    {
        using (response)
        {
            await using var body = await response.Content.ReadAsStreamAsync(_stop.Token);
            await foreach (var item in SseParser.Create(body, (type, data) => type == SnapshotEvent ? data.Length : 0).EnumerateAsync(_stop.Token))
            {
                if (item.Data == 0)
                    continue;
                Volatile.Write(ref _latestBytes, item.Data);
                Interlocked.Increment(ref _received[viewer]);
            }
        }
    }
}
