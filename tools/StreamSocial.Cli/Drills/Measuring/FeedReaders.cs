using System.Text.Json.Serialization;
using Spectre.Console;
using StreamSocial.Cli.Drills.Running;
using StreamSocial.Cli.Topology;

namespace StreamSocial.Cli.Drills.Measuring;

/// <summary>Clients that read feeds as long as a drill runs, each the feed of one user. Ends them when disposed.</summary>
internal sealed class FeedReaders : IAsyncDisposable
{
    private const int ExamplesKept = 5;
    private readonly HttpClient _http = new(new SocketsHttpHandler { ConnectTimeout = TimeSpan.FromSeconds(5) }) { Timeout = Timeout.InfiniteTimeSpan };
    private readonly RequestLog _log = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly ReplicaDirectory _replicas;
    private readonly FeedReader[] _readers;
    private readonly Task _reading;

    /// <param name="topology">Whose feed generators are asked.</param>
    /// <param name="users">Whose feeds are read, by one client each.</param>
    /// <param name="seed">Seed of the choice of replicas.</param>
    /// <param name="time">Clock and delays.</param>
    public FeedReaders(TopologyRunner topology, IReadOnlyList<string> users, int seed, TimeProvider time)
    {
        _replicas = new ReplicaDirectory(topology, time);
        _readers = [.. users.Select((user, i) => new FeedReader(user, _replicas, _http, _log, seed + i, time))];
        _reading = Task.WhenAll(_readers.Select(reader => reader.RunAsync(_stop.Token)));
    }

    /// <summary>What the requests came to so far.</summary>
    public RequestFigures Requests => _log.Read();

    /// <summary>Reads each feed a last time, now that everything is processed: what a reading lacked shows again by now, if it ever does.</summary>
    public async Task<FeedReadings> FinishAsync(CancellationToken cancellationToken)
    {
        await _stop.CancelAsync();
        await _reading;
        var unread = 0;
        foreach (var reader in _readers)
        {
            var before = reader.History.Readings;
            await reader.ReadAsync(cancellationToken);
            unread += before > 0 && reader.History.Readings > before ? 0 : 1;
        }

        var backwards = _readers.Where(reader => reader.History.WentBackwards > 0).ToArray();
        return new FeedReadings(
            _readers.Length,
            unread,
            _readers.Sum(reader => (long)reader.History.Readings),
            backwards.Sum(reader => (long)reader.History.WentBackwards),
            _log.Read(),
            [.. backwards.Take(ExamplesKept).Select(reader => $"feed of {reader.User}: {reader.History.WentBackwards} of {reader.History.Readings} readings were older than an earlier one")]);
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        // Why reading failed has been said already.
        await _reading.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await _replicas.DisposeAsync();
        _http.Dispose();
        _stop.Dispose();
    }
}

/// <summary>What clients that read feeds saw.</summary>
/// <param name="Clients">Number of clients, each with a feed of its own.</param>
/// <param name="Unread">Those among them who got nothing to compare, since they did not read before the end, or not at the end.</param>
/// <param name="Readings">Pages that they got.</param>
/// <param name="WentBackwards">Those that showed an older state than the same client had seen.</param>
/// <param name="Requests">What their requests came to.</param>
/// <param name="Examples">The first feeds with such readings.</param>
internal sealed record FeedReadings(int Clients, int Unread, long Readings, long WentBackwards, RequestFigures Requests, IReadOnlyList<string> Examples)
{
    /// <summary>Whether every client had readings to compare, the last one at the end, and none was older.</summary>
    [JsonInclude]
    public bool NeverWentBackwards => Clients > 0 && Unread == 0 && WentBackwards == 0;
}

/// <summary>Rows of a table of two columns that show what readers of feeds saw.</summary>
internal static class FeedReadingRows
{
    public static void AddTo(Table table, FeedReadings readings)
    {
        table.AddRow("readers, readings of feeds", $"{readings.Clients:N0}, {readings.Readings:N0}");
        if (readings.Unread > 0)
            table.AddRow("readers without two readings to compare", DrillRows.Cell(false, $"{readings.Unread:N0}"));
        table.AddRow("readings that went backwards", DrillRows.Cell(readings.NeverWentBackwards, $"{readings.WentBackwards:N0}"));
    }

    public static void AddRequestsTo(Table table, RequestFigures requests)
    {
        table.AddRow("asked again", $"{requests.Repeats:N0} times");
        table.AddRow("longest wait for an answer", DrillRows.Duration(requests.LongestWait));
        table.AddRow("without an answer", DrillRows.Cell(requests.Errors == 0, $"{requests.Errors:N0}", "yellow"));
    }
}
