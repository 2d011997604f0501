using System.Collections.Concurrent;
using System.Net.ServerSentEvents;

namespace StreamSocial.Cli.Benchmarks;

/// <summary>Streams of server-sent events that are read until this is disposed, each over a connection of its own. Thread-safe.</summary>
/// <param name="http">Connects; disposed of with this.</param>
internal sealed class EventStreams(HttpClient http) : IAsyncDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly ConcurrentBag<Task> _reading = [];

    /// <summary>Opens a stream; returns when the server has taken the request.</summary>
    /// <param name="stream">Its address.</param>
    /// <param name="parse">Reads an event's data.</param>
    /// <param name="take">Called with what was read, in order.</param>
    /// <param name="cancellationToken">Ends the attempt.</param>
    /// <exception cref="NotHeldException">The server refused it.</exception>
    public async Task OpenAsync<T>(Uri stream, SseItemParser<T> parse, Action<T> take, CancellationToken cancellationToken)
    {
        var response = await http.GetAsync(stream, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        if (!response.IsSuccessStatusCode)
        {
            response.Dispose();
            throw new NotHeldException($"{stream} was answered with status {(int)response.StatusCode}.");
        }

        _reading.Add(ReadAsync(response, parse, take));
    }

    /// <exception cref="NotHeldException">A stream has ended.</exception>
    public void ThrowIfFailed()
    {
        if (_reading.FirstOrDefault(reading => reading.IsCompleted) is { } ended)
            throw new NotHeldException($"A stream has ended{(ended.Exception is { } failure ? $": {failure.InnerException!.Message}" : ".")}");
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        // Why a stream ended has been said already.
        await Task.WhenAll(_reading).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        http.Dispose();
        _stop.Dispose();
    }

    private async Task ReadAsync<T>(HttpResponseMessage response, SseItemParser<T> parse, Action<T> take)
    {
        using (response)
        {
            await using var body = await response.Content.ReadAsStreamAsync(_stop.Token);
            await foreach (var item in SseParser.Create(body, parse).EnumerateAsync(_stop.Token))
                take(item.Data);
        }
    }
}
