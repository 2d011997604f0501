namespace StreamSocial.Cli.Benchmarks.Dashboard;

/// <summary>Streams of snapshots that are read as a browser reads them, each over a connection of its own.</summary>
internal sealed class DashboardViewers : IAsyncDisposable
{
    private const string SnapshotEvent = "snapshot";

    private readonly EventStreams _streams;
    private readonly long[] _received;
    private int _latestBytes;

    private DashboardViewers(int viewers)
    {
        var http = new HttpClient { Timeout = Timeout.InfiniteTimeSpan };
        // What browsers say.
        http.DefaultRequestHeaders.AcceptEncoding.ParseAdd("gzip, deflate, br");
        _streams = new EventStreams(http);
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
            {
                var index = viewer;
                await opened._streams.OpenAsync(
                    new Uri(dashboard, "api/stream"), static (type, data) => type == SnapshotEvent ? data.Length : 0, bytes => opened.Take(index, bytes), cancellationToken);
            }

            return opened;
        }
        catch
        {
            await opened.DisposeAsync();
            throw;
        }
    }

    /// <exception cref="NotHeldException">A stream has ended.</exception>
    public void ThrowIfFailed() => _streams.ThrowIfFailed();

    public ValueTask DisposeAsync() => _streams.DisposeAsync();

    /// <param name="viewer">Whose stream it is.</param>
    /// <param name="bytes">Of the snapshot; 0 for another event.</param>
    private void Take(int viewer, int bytes)
    {
        if (bytes == 0)
            return;
        Volatile.Write(ref _latestBytes, bytes);
        Interlocked.Increment(ref _received[viewer]);
    }
}
