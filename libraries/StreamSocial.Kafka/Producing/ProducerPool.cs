using System.Collections.Concurrent;
using System.Diagnostics;
using Confluent.Kafka;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using StreamSocial.Kafka.Limits;
using StreamSocial.Kafka.Statistics;

namespace StreamSocial.Kafka.Producing;

/// <summary>
/// The producers of one service. A partition always uses the same one, so the order of its records is the order of
/// <see cref="Send"/>; several of them let more partitions be written within one replication round trip. What comes for a partition
/// while its last records are under way waits here (<see cref="PartitionSendBuffer"/>).
/// </summary>
public sealed partial class ProducerPool : IRecordSender, IDisposable
{
    /// <summary>Records under way below which a sender need not gather: brokers take so few at once, so that waiting would save them nothing.</summary>
    private const int FewRecords = 4;

    private static readonly TimeSpan FlushStep = TimeSpan.FromMilliseconds(50);

    private readonly Lazy<IProducer<byte[]?, byte[]?>[]> _producers;
    private readonly ConcurrentDictionary<(string Topic, int Partition), PartitionSendBuffer> _buffers = new();
    private readonly ProducerPoolOptions _options;
    private readonly ILogger<ProducerPool> _logger;
    private readonly ManualResetEventSlim _room = new(initialState: true);
    private long _inFlight;
    private long _inFlightBytes;
    private long _roundTripTicks = -1;
    private volatile Error? _fatal;

    /// <summary>Plans the producers. They are built with the first record, when the cluster has said how large a record may be.</summary>
    /// <param name="settings">Shared client configuration.</param>
    /// <param name="limits">Largest record.</param>
    /// <param name="options">Bounds and the number of producers.</param>
    /// <param name="activePartitions">Number of partitions that this service writes continuously; used to plan the number of producers.</param>
    /// <param name="logger">Receives librdkafka's log.</param>
    public ProducerPool(KafkaClientSettings settings, RecordLimits limits, IOptions<ProducerPoolOptions> options, int activePartitions, ILogger<ProducerPool> logger)
    {
        _options = options.Value;
        _logger = logger;
        Count = _options.Producers > 0 ? _options.Producers : Plan(settings, activePartitions);
        _producers = new(() =>
        {
            var maxRecordBytes = limits.Current.RecordBytes;
            return [.. Enumerable.Range(0, Count).Select(index => Build(settings.CreateProducerConfig($"producer-{index}", maxRecordBytes), settings.Metrics))];
        });
    }

    /// <summary>Number of producers.</summary>
    public int Count { get; }

    /// <summary>Bounds for the sender's linger.</summary>
    public ProducerPoolOptions Options => _options;

    /// <summary>Number of unacknowledged records.</summary>
    public long InFlight => Interlocked.Read(ref _inFlight);

    /// <summary>Whether so few records are unacknowledged that what comes now need not be gathered (<see cref="AdaptiveLinger"/>).</summary>
    public bool IsQuiet => InFlight < FewRecords;

    /// <summary>Records that were handed over since the start, by topic.</summary>
    public IReadOnlyDictionary<string, long> Sent =>
        _buffers.GroupBy(buffer => buffer.Key.Topic, buffer => buffer.Value.Taken).ToDictionary(topic => topic.Key, topic => topic.Sum(), StringComparer.Ordinal);

    /// <summary>Recent time from send to acknowledgement (exponentially weighted); null if nothing was acknowledged yet.</summary>
    public TimeSpan? AckRoundTrip => Interlocked.Read(ref _roundTripTicks) is >= 0 and var ticks ? TimeSpan.FromTicks(ticks) : null;

    /// <summary>The error after which this pool cannot send any more; null while there is none.</summary>
    public Error? FatalError => _fatal;

    /// <summary>Hands a record to its partition's producer, or to the partition's buffer while earlier ones are under way. Returns at once.</summary>
    /// <exception cref="KafkaException">
    /// The record cannot be sent, or an earlier one of its partition was not delivered (<see cref="Reopen"/>), or the producer is broken; the handler is
    /// not called.
    /// </exception>
    public void Send(string topic, int partition, Message<byte[]?, byte[]?> message, IDeliveryHandler handler, long token)
    {
        if (_fatal is { } fatal)
            throw new KafkaException(fatal);
        var outgoing = new OutgoingMessage(message, handler, token, Stopwatch.GetTimestamp());
        CountIn(outgoing);
        try
        {
            var buffer = _buffers.GetOrAdd((topic, partition), static (key, pool) => pool.CreateBuffer(key.Topic, key.Partition), this);
            buffer.Send(outgoing);
        }
        catch
        {
            CountOut(outgoing);
            throw;
        }
    }

    /// <summary>Builds the producers and has them learn where partitions are, so that the first records need not wait for that. Waits for the brokers.</summary>
    /// <param name="topics">The topics that are going to be written.</param>
    /// <param name="until">Timestamp of <see cref="Stopwatch"/> at which this ends, whatever is left.</param>
    public void Prepare(IReadOnlyCollection<string> topics, long until) => Parallel.ForEach(_producers.Value, producer => producer.Learn(topics, until, _logger));

    /// <summary>
    /// Takes records again for partitions behind a record that was not delivered. Only a sender whose further records do not continue the numbers of those
    /// before may do so.
    /// </summary>
    public void Reopen()
    {
        foreach (var buffer in _buffers.Values)
            buffer.Reopen();
    }

    /// <summary>
    /// Waits until fewer than <see cref="ProducerPoolOptions.MaxInFlightRecords"/> with fewer than
    /// <see cref="ProducerPoolOptions.MaxInFlightBytes"/> are in flight; false after the timeout.
    /// </summary>
    public bool WaitForRoom(TimeSpan timeout, CancellationToken cancellationToken) => HasRoom || _room.Wait(timeout, cancellationToken);

    /// <summary>Waits until all records are acknowledged.</summary>
    /// <returns>Whether all were acknowledged within <paramref name="timeout"/>.</returns>
    public bool Flush(TimeSpan timeout)
    {
        var deadline = Stopwatch.GetTimestamp() + (long)(timeout.TotalSeconds * Stopwatch.Frequency);
        // Again and again: an acknowledgement lets what waits in the buffers go.
        do
        {
            foreach (var producer in Built)
                producer.Flush(FlushStep);
        }
        while (InFlight > 0 && Stopwatch.GetTimestamp() < deadline);
        return InFlight == 0;
    }

    /// <summary>Disposes the producers; unacknowledged records may or may not arrive, so call <see cref="Flush"/> first.</summary>
    public void Dispose()
    {
        Built.DisposeOrLeave();
        _room.Dispose();
    }

    private IEnumerable<IProducer<byte[]?, byte[]?>> Built => _producers.IsValueCreated ? _producers.Value : [];

    private PartitionSendBuffer CreateBuffer(string topic, int partition)
    {
        var producer = _producers.Value[(uint)(partition + topic.Length) % (uint)Count];
        return new PartitionSendBuffer(producer, new TopicPartition(topic, partition), Complete, Refuse);
    }

    private void Complete(OutgoingMessage sent, DeliveryReport<byte[]?, byte[]?> report)
    {
        CountOut(sent);
        if (report.Error.IsError)
        {
            LogNotDelivered(report.Topic, report.Partition.Value, report.Error.Reason);
            sent.Handler.OnDelivered(sent.Token, -1, report.Error);
            return;
        }
        Observe(Stopwatch.GetElapsedTime(sent.SentAt));
        sent.Handler.OnDelivered(sent.Token, report.Offset.Value, null);
    }

    /// <summary>A record that waited was refused, or waited behind one that was.</summary>
    private void Refuse(OutgoingMessage refused, Error error)
    {
        CountOut(refused);
        refused.Handler.OnDelivered(refused.Token, -1, error);
    }

    private void Observe(TimeSpan roundTrip)
    {
        // Concurrent callbacks may overwrite each other's sample, which an average tolerates.
        var average = Interlocked.Read(ref _roundTripTicks);
        var next = average < 0 ? roundTrip.Ticks : average + ((roundTrip.Ticks - average) / 16);
        Interlocked.Exchange(ref _roundTripTicks, next);
    }

    private bool HasRoom => InFlight < _options.MaxInFlightRecords && Interlocked.Read(ref _inFlightBytes) < _options.MaxInFlightBytes;

    private void CountIn(in OutgoingMessage message)
    {
        Interlocked.Increment(ref _inFlight);
        Interlocked.Add(ref _inFlightBytes, message.Bytes);
        if (!HasRoom)
            _room.Reset();
    }

    private void CountOut(in OutgoingMessage message)
    {
        Interlocked.Decrement(ref _inFlight);
        Interlocked.Add(ref _inFlightBytes, -message.Bytes);
        if (!_room.IsSet && HasRoom)
            _room.Set();
    }

    private int Plan(KafkaClientSettings settings, int activePartitions)
    {
        // The embedded cluster has no replication round trip to overlap, and each producer scans all partitions of its topics at every wake-up.
        if (settings.IsEmbedded)
            return 1;
        // A real cluster on a busy machine answers in about 10 ms.
        return ProducerPoolPlanner.Plan(
            activePartitions, brokers: 3, roundTrip: TimeSpan.FromMilliseconds(10), linger: TimeSpan.FromMilliseconds(50), _options.MaxProducers);
    }

    private IProducer<byte[]?, byte[]?> Build(ProducerConfig config, KafkaClientMetrics? metrics)
    {
        var builder = new ProducerBuilder<byte[]?, byte[]?>(config)
            .SetLogHandler((_, message) => LogClient(message.Name, message.Facility, message.Message))
            .SetErrorHandler((_, error) => OnError(error));
        metrics?.Watch(config, builder);
        return builder.Build();
    }

    private void OnError(Error error)
    {
        if (error.IsFatal)
            _fatal = error;
        LogError(error.IsFatal, error.Code, error.Reason);
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "A record for {Topic} [{Partition}] was not delivered: {Reason}")]
    private partial void LogNotDelivered(string topic, int partition, string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Kafka producer error (fatal: {Fatal}) {Code}: {Reason}")]
    private partial void LogError(bool fatal, ErrorCode code, string reason);

    [LoggerMessage(Level = LogLevel.Debug, Message = "{Client} {Facility}: {Text}")]
    private partial void LogClient(string client, string facility, string text);
}
