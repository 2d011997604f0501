using System.Globalization;
using System.Text;
using Confluent.Kafka;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using StreamSocial.Events;
using StreamSocial.Kafka;
using StreamSocial.Kafka.Limits;
using StreamSocial.Kafka.Producing;
using StreamSocial.Topics;

namespace StreamSocial.Cli.Benchmarks;

/// <summary>
/// Writes records to user-actions as ingest does: one for each event, keyed, numbered on its edge. Brokers that do not take them are no fault of who processes them.
/// </summary>
internal sealed class NumberedLoad : IDeliveryHandler, IDisposable
{
    private static readonly TimeSpan DefaultTimeout = TimeSpan.FromSeconds(60);

    private readonly ProducerPool _pool;
    private readonly TimeSpan _timeout;
    private readonly byte[] _source;
    private readonly long[] _numbers;
    private long _unacknowledged;
    private Error? _error;

    /// <param name="settings">How to reach the brokers.</param>
    /// <param name="partitions">Partitions of user-actions.</param>
    /// <param name="source">Name of the edges' source; no other load of the cluster may have it.</param>
    /// <param name="timeout">Longest time for acknowledgements; default 60 s.</param>
    public NumberedLoad(KafkaClientSettings settings, int partitions, string source, TimeSpan? timeout = null)
    {
        _timeout = timeout ?? DefaultTimeout;
        _pool = new ProducerPool(settings, RecordLimits.Fixed(RecordLimit.ClientDefault), Options.Create(new ProducerPoolOptions()), partitions, NullLogger<ProducerPool>.Instance);
        _source = Encoding.UTF8.GetBytes(source);
        _numbers = new long[partitions];
    }

    /// <summary>Writes an event; waits while too many are unacknowledged.</summary>
    /// <exception cref="ToolException">The brokers do not take them.</exception>
    public void Write(byte[] key, byte[] payload, CancellationToken cancellationToken)
    {
        if (!_pool.WaitForRoom(_timeout, cancellationToken))
            throw Unacknowledged();
        var partition = KeyPartitioner.PartitionOf(key, _numbers.Length);
        Interlocked.Increment(ref _unacknowledged);
        _pool.Send(TopicNames.UserActions, partition, new Message<byte[]?, byte[]?>
        {
            Key = key,
            Value = payload,
            Headers = new Headers
            {
                { RecordHeaders.EdgeSource, _source },
                { RecordHeaders.EdgeSequence, RecordHeaders.EncodeSequence(++_numbers[partition]) },
            },
        }, this, token: 0);
    }

    /// <summary>Waits until all are acknowledged.</summary>
    /// <exception cref="ToolException">The brokers did not take them.</exception>
    public void Complete()
    {
        if (!_pool.Flush(_timeout))
            throw Unacknowledged();
        if (_error is { } error)
            throw Refused(error);
    }

    public void OnDelivered(long token, long offset, Error? error)
    {
        if (error is null)
            Interlocked.Decrement(ref _unacknowledged);
        else
            _error = error;
    }

    public void Dispose() => _pool.Dispose();

    private ToolException Unacknowledged() => _error is { } error
        ? Refused(error)
        : new(string.Create(CultureInfo.InvariantCulture, $"The brokers did not acknowledge {Interlocked.Read(ref _unacknowledged):N0} events within {_timeout.TotalSeconds:0} s."));

    private static ToolException Refused(Error error) => new($"The brokers refused an event: {error.Reason}.");
}
