using System.Text.Json;

namespace StreamSocial.Unit.Tests.FeedGenerator.Reading.Streams;

/// <summary>A client of an event stream, like an EventSource.</summary>
internal sealed class EventStreamClient(HttpResponseMessage response, StreamReader reader) : IDisposable
{
    private static readonly TimeSpan ReadTimeout = TimeSpan.FromSeconds(20);

    public string? LastEventId { get; private set; }

    /// <summary>The arrival number in the last event id, without the epoch before it.</summary>
    public string? LastArrival => LastEventId?.Split('-')[^1];

    public int Heartbeats { get; private set; }

    public static async Task<EventStreamClient> OpenAsync(FakeReplica replica, string user, string? after = null, string query = "", string of = "feeds")
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, $"/v1/{of}/{Uri.EscapeDataString(user)}/stream{query}");
        if (after is not null)
            request.Headers.Add("Last-Event-ID", after);
        var response = await replica.Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead).WaitAsync(ReadTimeout);
        response.EnsureSuccessStatusCode();
        Assert.Equal("text/event-stream", response.Content.Headers.ContentType?.MediaType);
        return new(response, new(await response.Content.ReadAsStreamAsync()));
    }

    /// <summary>Reads the action id of the next event, or its name if it has one; null at the end of the stream.</summary>
    public async Task<string?> NextAsync(int? untilHeartbeats = null)
    {
        using var timeout = new CancellationTokenSource(ReadTimeout);
        string? name = null;
        while (untilHeartbeats is null || Heartbeats < untilHeartbeats)
        {
            var line = await reader.ReadLineAsync(timeout.Token);
            if (line is null)
                return null;
            if (line.StartsWith("id: ", StringComparison.Ordinal))
                LastEventId = line[4..];
            else if (line.StartsWith("event: ", StringComparison.Ordinal))
                name = line[7..];
            else if (line.StartsWith(':'))
                Heartbeats++;
            else if (line.StartsWith("data: ", StringComparison.Ordinal))
                return name is not null ? $"{name}: {Member(line, "detail")}" : Member(line, "actionId");
        }

        return null;
    }

    /// <summary>Reads the position that a stream without a last event id starts with.</summary>
    public async Task<string> ReadPositionAsync()
    {
        var line = await reader.ReadLineAsync().WaitAsync(ReadTimeout);
        Assert.StartsWith("id: ", line, StringComparison.Ordinal);
        Assert.Equal("", await reader.ReadLineAsync().WaitAsync(ReadTimeout));
        return line![4..];
    }

    private static string? Member(string line, string name) => JsonSerializer.Deserialize<JsonElement>(line[6..]).GetProperty(name).GetString();

    public void Dispose()
    {
        reader.Dispose();
        response.Dispose();
    }
}
