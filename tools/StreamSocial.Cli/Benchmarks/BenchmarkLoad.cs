using System.Globalization;
using System.Text;
using Confluent.Kafka;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using StreamSocial.Events;
using StreamSocial.Events.Topics;
using StreamSocial.Kafka;
using StreamSocial.Kafka.Limits;
using StreamSocial.Kafka.Producing;
using StreamSocial.Topics;

namespace StreamSocial.Cli.Benchmarks;

/// <summary>Writes a round's events as ingest does: one record each, keyed, numbered on its edge.</summary>
internal sealed class BenchmarkLoad(KafkaClientSettings settings, StageBenchmarkOptions options) : IDeliveryHandler
{
    /// <summary>Length of every key.</summary>
    public const int KeyBytes = 8;

    private const int PayloadBytes = 100;
    private static readonly TimeSpan AcknowledgementTimeout = TimeSpan.FromSeconds(60);

    private long _unacknowledged;
    private Error? _error;

    /// <summary>Writes the events of a round.</summary>
    /// <exception cref="NotHeldException">The brokers did not take them.</exception>
    public void Write(int round, CancellationToken cancellationToken)
    {
        var partitions = StreamSocialTopics.For(options.Profile)[TopicNames.UserActions].Partitions;
        using var pool = new ProducerPool(settings, RecordLimits.Fixed(RecordLimit.ClientDefault), Options.Create(new ProducerPoolOptions()), partitions, NullLogger<ProducerPool>.Instance);
        var source = Encoding.UTF8.GetBytes($"bench/{round}");
        var numbers = new long[partitions];
        var random = new Random(round);
        Interlocked.Exchange(ref _unacknowledged, options.Events);
        for (var i = 0; i < options.Events; i++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var key = Key(random.Next(options.Keys));
            var partition = KeyPartitioner.PartitionOf(key, partitions);
            var payload = new byte[PayloadBytes];
            random.NextBytes(payload);
            Key(random.Next(options.Keys)).CopyTo(payload, 0);
            pool.Send(TopicNames.UserActions, partition, new Message<byte[]?, byte[]?>
            {
                Key = key,
                Value = payload,
                Headers = new Headers
                {
                    { RecordHeaders.EdgeSource, source },
                    { RecordHeaders.EdgeSequence, RecordHeaders.EncodeSequence(++numbers[partition]) },
                },
            }, this, token: 0);
        }

        pool.Flush(AcknowledgementTimeout);
        if (_error is not null || Interlocked.Read(ref _unacknowledged) > 0)
            throw new NotHeldException($"The brokers did not acknowledge {Interlocked.Read(ref _unacknowledged):N0} events within {AcknowledgementTimeout.TotalSeconds:0} s{(_error is null ? "" : $": {_error.Reason}")}.");
    }

    public void OnDelivered(long token, long offset, Error? error)
    {
        if (error is null)
            Interlocked.Decrement(ref _unacknowledged);
        else
            _error = error;
    }

    private static byte[] Key(int number) => Encoding.ASCII.GetBytes(number.ToString("D8", CultureInfo.InvariantCulture));
}
