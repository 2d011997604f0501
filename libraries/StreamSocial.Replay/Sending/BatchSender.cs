using System.Buffers;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Polly;
using Polly.Retry;
using Polly.Timeout;
using StreamSocial.Replay.Messages;

namespace StreamSocial.Replay.Sending;

/// <summary>Posts the batches of one worker and repeats each, with the same ids, until ingest has accepted it. One call at a time.</summary>
internal sealed class BatchSender
{
    private const string NoAnswer = "no answer";
    private static readonly MediaTypeHeaderValue Json = new("application/json");
    private readonly HttpClient _http;
    private readonly ReplayOptions _options;
    private readonly TimeProvider _time;
    private readonly ResiliencePipeline<HttpResponseMessage> _pipeline;
    private readonly ArrayBufferWriter<byte> _body = new(64 * 1024);
    private readonly Utf8JsonWriter _writer;
    private string _lastFailure = NoAnswer;

    public BatchSender(HttpClient http, ReplayOptions options, TimeProvider time, Action onRetry)
    {
        (_http, _options, _time) = (http, options, time);
        _writer = new Utf8JsonWriter(_body, new JsonWriterOptions { SkipValidation = true });
        _pipeline = new ResiliencePipelineBuilder<HttpResponseMessage> { TimeProvider = time }
            .AddTimeout(new TimeoutStrategyOptions { Timeout = options.GiveUpAfter })
            .AddRetry(new RetryStrategyOptions<HttpResponseMessage>
            {
                MaxRetryAttempts = int.MaxValue,
                BackoffType = DelayBackoffType.Exponential,
                UseJitter = true,
                Delay = options.RetryDelay,
                MaxDelay = options.MaximumRetryDelay,
                ShouldHandle = arguments => ValueTask.FromResult(IsTransient(arguments.Outcome)),
                DelayGenerator = arguments => ValueTask.FromResult(RetryAfter(arguments.Outcome.Result)),
                OnRetry = arguments =>
                {
                    onRetry();
                    _lastFailure = Describe(arguments.Outcome);
                    arguments.Outcome.Result?.Dispose();
                    return ValueTask.CompletedTask;
                },
            })
            .AddTimeout(new TimeoutStrategyOptions { Timeout = options.RequestTimeout })
            .Build();
    }

    /// <summary>Sends a batch; returns the bytes of its body once ingest acknowledged it.</summary>
    /// <exception cref="ReplayException">Ingest rejected the batch, or did not accept it within <see cref="ReplayOptions.GiveUpAfter"/>.</exception>
    public async Task<int> SendAsync(ReplayBatch batch, CancellationToken cancellationToken)
    {
        _body.ResetWrittenCount();
        _writer.Reset();
        batch.WriteTo(_writer);
        await _writer.FlushAsync(cancellationToken);
        _lastFailure = NoAnswer;

        try
        {
            using var response = await _pipeline.ExecuteAsync(token => PostAsync(batch.Path, token), cancellationToken);
            if (response.StatusCode != HttpStatusCode.Accepted)
                throw new ReplayException(await DescribeRefusalAsync(response, batch, cancellationToken));
            return _body.WrittenCount;
        }
        catch (TimeoutRejectedException e)
        {
            throw new ReplayException(
                $"{_http.BaseAddress}{batch.Path} did not take a batch of {batch.Count} for {_options.GiveUpAfter.TotalSeconds:0.#} s ({_lastFailure}). Is ingest running, and can it reach Kafka?", e);
        }
    }

    private static bool IsTransient(Outcome<HttpResponseMessage> outcome) =>
        outcome.Exception is HttpRequestException or TimeoutRejectedException or IOException
        || outcome.Result?.StatusCode is HttpStatusCode.TooManyRequests or HttpStatusCode.ServiceUnavailable
            or HttpStatusCode.BadGateway or HttpStatusCode.GatewayTimeout;

    private static string Describe(Outcome<HttpResponseMessage> outcome) =>
        outcome.Result is { } response ? $"last answer {(int)response.StatusCode} {response.ReasonPhrase}" : $"last error: {outcome.Exception?.Message}";

    private static async Task<string> DescribeRefusalAsync(HttpResponseMessage response, ReplayBatch batch, CancellationToken cancellationToken)
    {
        // Not as a string: a proxy on the way may name a character set that .NET does not know.
        var body = Encoding.UTF8.GetString(await response.Content.ReadAsByteArrayAsync(cancellationToken));
        var advice = response.StatusCode == HttpStatusCode.RequestEntityTooLarge ? " Use a smaller batch size." : "";
        return $"{response.RequestMessage?.RequestUri} refused a batch of {batch.Count} with {(int)response.StatusCode} {response.ReasonPhrase}: {body}{advice}";
    }

    private async ValueTask<HttpResponseMessage> PostAsync(string path, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path);
        request.Content = new ReadOnlyMemoryContent(_body.WrittenMemory) { Headers = { ContentType = Json } };
        return await _http.SendAsync(request, cancellationToken);
    }

    private TimeSpan? RetryAfter(HttpResponseMessage? response)
    {
        var header = response?.Headers.RetryAfter;
        var wait = header?.Delta ?? (header?.Date is { } date ? date - _time.GetUtcNow() : null);
        return wait is null ? null
            : wait < TimeSpan.Zero ? TimeSpan.Zero
            : wait < _options.MaximumRetryDelay ? wait
            : _options.MaximumRetryDelay;
    }
}

/// <summary>Events that a worker sends to one endpoint in one request.</summary>
internal sealed class ReplayBatch
{
    private readonly List<ReplayAction>? _actions;
    private readonly List<ReplayInteraction>? _interactions;

    public ReplayBatch(ReplayEvent first, int capacity)
    {
        if (first is ReplayAction)
            _actions = new List<ReplayAction>(capacity);
        else
            _interactions = new List<ReplayInteraction>(capacity);
        Add(first);
    }

    public bool HoldsActions => _actions is not null;

    public int Count => _actions?.Count ?? _interactions!.Count;

    /// <summary>The keys of each event.</summary>
    public IEnumerable<string> Keys => _actions is null
        ? _interactions!.Select(interaction => interaction.Key)
        : _actions.SelectMany(action => action.SecondKey is { } second ? [action.Key, second] : new[] { action.Key });

    public string Path => HoldsActions ? "v1/actions" : "v1/interactions";

    public void Add(ReplayEvent replayEvent)
    {
        if (_actions is not null)
            _actions.Add((ReplayAction)replayEvent);
        else
            _interactions!.Add((ReplayInteraction)replayEvent);
    }

    public void WriteTo(Utf8JsonWriter writer)
    {
        if (_actions is not null)
            JsonSerializer.Serialize(writer, _actions, ReplayJson.Default.ListReplayAction);
        else
            JsonSerializer.Serialize(writer, _interactions!, ReplayJson.Default.ListReplayInteraction);
    }
}

/// <summary>Ingest rejected a batch, or did not accept it in time. Events that were acknowledged before are in Kafka.</summary>
public sealed class ReplayException(string message, Exception? innerException = null) : Exception(message, innerException);
