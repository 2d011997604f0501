using System.Collections.Immutable;
using Confluent.Kafka;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace StreamSocial.Kafka.Tables;

/// <summary>Reads all partitions of a topic, each from its beginning, for as long as the service runs. Everybody reads all of it: no group, no commits.</summary>
/// <remarks>
/// A record that cannot be read is skipped with a warning: anybody may write to a topic, and none of it may end its readers. What the key had before stays.
/// A partition whose offsets go back belongs to another topic of the same name: the process ends, and reads that one from its beginning when it is started again.
/// </remarks>
public abstract partial class TopicTail : BackgroundService
{
    private const int MaxBatchRecords = 10_000;
    private static readonly TimeSpan PollWait = TimeSpan.FromMilliseconds(100);

    private readonly IConsumer<byte[]?, byte[]?> _consumer;
    private readonly ILogger _logger;
    private readonly TimeProvider _time;
    private readonly SkippedRecordLog _skipped;
    private readonly long[] _nextOffsets;

    /// <summary>By partition, the next offset; -1 before the first record. Ahead of <see cref="_nextOffsets"/> within a batch.</summary>
    private readonly long[] _positions;
    private readonly bool[] _ended;
    private readonly AppendTimes[] _appendTimes;

    /// <summary>By partition, where it ended when its first record came; -1 before.</summary>
    private readonly long[] _firstEnds;
    private Thread? _reader;

    /// <param name="topic">What to read.</param>
    /// <param name="partitions">How many partitions it has.</param>
    /// <param name="consumer">Reads it, and nothing else; configured as <see cref="KafkaClientSettings.CreateTableConsumerConfig"/> does. Its owner disposes of it.</param>
    /// <param name="time">The reader's clock.</param>
    /// <param name="logger">Takes what goes wrong.</param>
    protected TopicTail(string topic, int partitions, IConsumer<byte[]?, byte[]?> consumer, TimeProvider time, ILogger logger)
    {
        (Topic, _consumer, _time, _logger) = (topic, consumer, time, logger);
        _skipped = new SkippedRecordLog(logger, time);
        _nextOffsets = new long[partitions];
        _positions = new long[partitions];
        _ended = new bool[partitions];
        _appendTimes = new AppendTimes[partitions];
        _firstEnds = new long[partitions];
        Array.Fill(_nextOffsets, -1);
        Array.Fill(_positions, -1);
        Array.Fill(_firstEnds, -1);
    }

    /// <summary>The topic.</summary>
    public string Topic { get; }

    /// <summary>By partition, the offset behind the last record that is part of the table; -1 while unknown.</summary>
    public ImmutableArray<long> NextOffsets
    {
        get
        {
            lock (_nextOffsets)
                return [.. _nextOffsets];
        }
    }

    /// <summary>The topic's clock; null before its first record. Owned by the thread that reads.</summary>
    protected LogClock? Clock { get; private set; }

    /// <summary>Takes a record, in the order of its partition. True when it changed something.</summary>
    /// <exception cref="Exception">The record cannot be read, and changed nothing: it is skipped.</exception>
    protected abstract bool Apply(in TableRecord record);

    /// <summary>Called after some records that came together.</summary>
    /// <param name="changed">Whether one of them changed something.</param>
    /// <param name="isCaughtUp">Whether each partition was read to its end once.</param>
    protected abstract void OnBatchRead(bool changed, bool isCaughtUp);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var ended = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        // A thread of its own, because Consume blocks.
        _reader = new Thread(() => Run(ended, stoppingToken)) { IsBackground = true, Name = $"table {Topic}" };
        _reader.Start();
        await ended.Task;
    }

    /// <summary>Stops reading, also where the host is disposed of without a stop: the consumer must not be disposed of while it is read from.</summary>
    public override void Dispose()
    {
        base.Dispose();
        _reader?.Join();
        GC.SuppressFinalize(this);
    }

    private void Run(TaskCompletionSource ended, CancellationToken stoppingToken)
    {
        try
        {
            Consume(stoppingToken);
            ended.SetResult();
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            ended.SetResult();
        }
#pragma warning disable CA1031 // A thread's last handler: the host logs the reason once more and stops.
        catch (Exception e)
#pragma warning restore CA1031
        {
            LogFatal(e, Topic);
            Environment.ExitCode = 1;
            ended.SetException(e);
        }
    }

    private void Consume(CancellationToken stoppingToken)
    {
        _consumer.Assign(Enumerable.Range(0, _ended.Length).Select(partition => new TopicPartitionOffset(Topic, partition, Offset.Beginning)));
        while (!stoppingToken.IsCancellationRequested)
        {
            var changed = false;
            var result = _consumer.Consume(PollWait);
            for (var records = 0; result is not null; result = ++records < MaxBatchRecords ? _consumer.Consume(TimeSpan.Zero) : null)
            {
                ref var position = ref _positions[result.Partition];
                if (result.Offset < position)
                {
                    throw new InvalidOperationException(
                        $"Topic {Topic} was made anew or cut back: offset {result.Offset} of partition {result.Partition.Value} came where {position} was next, so what was read before may be no part of it.");
                }
                if (!result.IsPartitionEOF)
                    changed |= TryApply(result);
                position = result.IsPartitionEOF ? result.Offset : result.Offset + 1;
                _ended[result.Partition] |= result.IsPartitionEOF || position >= FirstEndOf(result.TopicPartition);
            }

            OnBatchRead(changed, Array.TrueForAll(_ended, ended => ended));
            lock (_nextOffsets)
                _positions.CopyTo(_nextOffsets, 0);
        }

        _consumer.Close();
    }

    /// <summary>
    /// Where a partition ended when its first record came: what comes later is no part of catching up. Where others write all the time, a fetch that finds nothing
    /// more, and so the client's word that this is the end, may never come.
    /// </summary>
    private long FirstEndOf(TopicPartition partition)
    {
        ref var end = ref _firstEnds[partition.Partition.Value];
        if (end < 0)
            end = _consumer.GetWatermarkOffsets(partition).High.Value;
        return end < 0 ? long.MaxValue : end;
    }

    private bool TryApply(ConsumeResult<byte[]?, byte[]?> result)
    {
        var now = _time.GetUtcNow();
        var appendedAt = _appendTimes[result.Partition].Next(TableRecord.AppendTimeOf(result.Message.Timestamp, now));
        if (Clock is null || appendedAt >= Clock.NewestAppend)
            Clock = new LogClock(appendedAt, now);
        if (result.Message.Key is not { } key)
        {
            _skipped.Add(result.TopicPartitionOffset, "it has no key");
            return false;
        }
        try
        {
            return Apply(new TableRecord(key, result.Message.Value, appendedAt));
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            _skipped.Add(result.TopicPartitionOffset, e.Message);
            return false;
        }
    }

    [LoggerMessage(Level = LogLevel.Critical, Message = "Table {Topic} cannot be read on; the process ends")]
    private partial void LogFatal(Exception exception, string topic);
}
