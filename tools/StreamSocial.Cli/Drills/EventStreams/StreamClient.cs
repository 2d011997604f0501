using System.Text.Json;
using StreamSocial.Cli.Clients;
using StreamSocial.Cli.Drills.Measuring;
using StreamSocial.Cli.Verification;

namespace StreamSocial.Cli.Drills.EventStreams;

/// <summary>
/// Follows one user's feed as a browser's EventSource does: when the connection ends it connects again after a moment, to any replica, and
/// says which event it had last.
/// </summary>
internal sealed class StreamClient(string user, ReplicaDirectory replicas, HttpClient http, RequestLog log, int seed, TimeProvider time)
{
    private const string EventStream = "text/event-stream";

    private static readonly TimeSpan ReconnectDelay = TimeSpan.FromSeconds(1);

    /// <summary>Far more than the heartbeats' interval: a connection that is silent for so long is dead.</summary>
    private static readonly TimeSpan LongestSilence = TimeSpan.FromMinutes(1);

    private readonly Random _random = new(seed);
    private readonly List<ReadEntry> _received = [];
    private string _lastEventId = "0";
    private long _lostAt = time.GetTimestamp();

    public string User => user;

    /// <summary>Connections after the first.</summary>
    public int Reconnections { get; private set; }

    /// <summary>Whether the first connection has been made.</summary>
    public bool HasConnected { get; private set; }

    public int ReceivedCount
    {
        get
        {
            lock (_received)
                return _received.Count;
        }
    }

    public IReadOnlyList<ReadEntry> Received
    {
        get
        {
            lock (_received)
                return [.. _received];
        }
    }

    /// <summary>Follows the feed until it is told to end.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        try
        {
            while (true)
            {
                if (replicas.Current is { Count: > 0 } addresses)
                    await FollowAsync(addresses[_random.Next(addresses.Count)], cancellationToken);
                await Task.Delay(ReconnectDelay * (0.5 + _random.NextDouble()), time, cancellationToken);
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // The drill is over.
        }
    }

    private async Task FollowAsync(Uri replica, CancellationToken cancellationToken)
    {
        using var silence = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        silence.CancelAfter(LongestSilence);
        var isConnected = false;
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(replica, $"v1/feeds/{Uri.EscapeDataString(user)}/stream"));
            request.Headers.Add("Last-Event-ID", _lastEventId);
            using var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, silence.Token);
            if (!TryTake(response))
                return;
            isConnected = true;
            using var reader = new StreamReader(await response.Content.ReadAsStreamAsync(silence.Token));
            await ReadEventsAsync(reader, silence);
        }
        catch (Exception e) when (ClientRules.IsConnectionLost(e, cancellationToken))
        {
            // The replica ended, or fell silent: what an EventSource connects again for.
            if (!isConnected)
                log.AddRepeat(ClientRules.Describe(e));
        }
        finally
        {
            if (isConnected)
                _lostAt = time.GetTimestamp();
        }
    }

    /// <summary>Whether an answer is the stream. A browser's EventSource gives up for good at one that is of another type.</summary>
    private bool TryTake(HttpResponseMessage response)
    {
        var verdict = ClientRules.Judge(response);
        if (verdict.Kind == VerdictKind.Repeat)
            log.AddRepeat(verdict.Reason);
        else if (verdict.Kind == VerdictKind.Error)
            log.AddError($"the stream of {user} was answered {verdict.Reason}");
        else if (response.Content.Headers.ContentType?.MediaType is var type && type != EventStream)
            log.AddError($"the stream of {user} was answered {(int)response.StatusCode} of type {type ?? "none"}");
        else
        {
            if (HasConnected)
                Reconnections++;
            HasConnected = true;
            log.AddAnswer(time.GetElapsedTime(_lostAt));
            return true;
        }

        return false;
    }

    /// <summary>An event counts, and its id is remembered, when its closing empty line is there.</summary>
    private async Task ReadEventsAsync(StreamReader reader, CancellationTokenSource silence)
    {
        var (id, data, name) = (default(string), default(string), default(string));
        while (await reader.ReadLineAsync(silence.Token) is { } line)
        {
            silence.CancelAfter(LongestSilence);
            if (line.StartsWith("id: ", StringComparison.Ordinal))
                id = line[4..];
            else if (line.StartsWith("event: ", StringComparison.Ordinal))
                name = line[7..];
            else if (line.StartsWith("data: ", StringComparison.Ordinal))
                data = line[6..];
            else if (line.Length == 0)
            {
                _lastEventId = id ?? _lastEventId;
                if (name == "reconnect")
                    return;
                if (name is not null)
                    log.AddError($"the stream of {user} lost its place at event {_lastEventId}: {name}, {data}");
                else if (data is not null)
                    Take(data, _lastEventId);
                (id, data, name) = (null, null, null);
            }
        }
    }

    private void Take(string data, string id)
    {
        var entry = JsonSerializer.Deserialize<ReadEntry>(data, JsonSerializerOptions.Web) ?? throw new NotHeldException($"The stream of {user} sent an empty event {id}.");
        lock (_received)
            _received.Add(entry);
    }
}
