using System.Collections.Concurrent;
using Confluent.Kafka;
using Microsoft.Extensions.Logging;
using StreamSocial.Kafka.Administration;

namespace StreamSocial.Streams.Hosting;

/// <summary>
/// Knows the ids of the input topics and notices one that was deleted and made anew: its offsets mean nothing any more, and a consumer may go on in the
/// new topic as if they did.
/// </summary>
internal sealed partial class InputTopicWatch(TopicIds ids, IReadOnlyList<string> topics, TimeProvider time, ILogger<InputTopicWatch> logger) : IDisposable
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(5);

    private readonly ConcurrentDictionary<string, string> _known = new();
    private readonly CancellationTokenSource _stopping = new();
    private readonly ILogger _logger = logger;
    private Task _loop = Task.CompletedTask;
    private bool _isFailing;

    /// <summary>The id of an input topic; empty when the brokers have not told it, as embedded ones never do.</summary>
    public string IdOf(string topic) => _known.GetValueOrDefault(topic, "");

    /// <summary>Reads the ids once; they stay unknown when the brokers do not answer.</summary>
    public Task ReadAsync(CancellationToken cancellationToken) => ReadAsync(onKnown: null, onReplaced: null, cancellationToken);

    /// <summary>Reads them again and again.</summary>
    /// <param name="onKnown">Called with a topic whose id was not known before.</param>
    /// <param name="onReplaced">Called with a topic that is another one than before.</param>
    /// <param name="onFailed">Called when the loop ends for an error.</param>
    public void Start(Action<string> onKnown, Action<string> onReplaced, Action<Exception> onFailed) => _loop = Task.Run(async () =>
    {
        try
        {
            while (true)
            {
                await Task.Delay(Interval, time, _stopping.Token);
                await ReadAsync(onKnown, onReplaced, _stopping.Token);
            }
        }
        catch (OperationCanceledException) when (_stopping.IsCancellationRequested)
        {
            // The member leaves.
        }
#pragma warning disable CA1031 // A loop's last handler: the reason is logged and the process ends.
        catch (Exception e)
#pragma warning restore CA1031
        {
            onFailed(e);
        }
    });

    public async Task StopAsync()
    {
        await _stopping.CancelAsync();
        await _loop;
    }

    public void Dispose()
    {
        _stopping.Dispose();
        ids.Dispose();
    }

    private async Task ReadAsync(Action<string>? onKnown, Action<string>? onReplaced, CancellationToken cancellationToken)
    {
        IReadOnlyDictionary<string, string> read;
        try
        {
            read = await ids.ReadAsync(topics, cancellationToken);
            _isFailing = false;
        }
        catch (KafkaException e)
        {
            if (!_isFailing)
                LogUnknown(e.Error.Code, e.Error.Reason);
            _isFailing = true;
            return;
        }
        foreach (var (topic, id) in read)
        {
            var before = _known.GetValueOrDefault(topic);
            _known[topic] = id;
            if (before is null)
            {
                onKnown?.Invoke(topic);
            }
            else if (before != id)
            {
                LogReplaced(topic, before, id);
                onReplaced?.Invoke(topic);
            }
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The brokers do not tell the ids of the input topics ({Code}: {Reason}); asking again")]
    private partial void LogUnknown(ErrorCode code, string reason);

    [LoggerMessage(Level = LogLevel.Error, Message = "Topic {Topic} was deleted and made anew (its id was {Before} and is {Id}): its tasks stop")]
    private partial void LogReplaced(string topic, string before, string id);
}
