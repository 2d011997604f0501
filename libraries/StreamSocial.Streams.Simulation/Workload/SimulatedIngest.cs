using System.Globalization;
using System.Text;
using Confluent.Kafka;
using StreamSocial.Kafka.Producing;
using StreamSocial.Streams.Simulation.Brokers;
using StreamSocial.Topics;

namespace StreamSocial.Streams.Simulation.Workload;

/// <summary>A source of entries that behaves as ingest does: it numbers each edge from 1 and is a new source after each start.</summary>
internal sealed class SimulatedIngest(string name, SimulatedBrokers brokers, SimulatedTopics topics, SimulationRandom random)
{
    private const int Keys = 6;

    private readonly Dictionary<int, long> _numbers = [];
    private SimulatedSender _sender = new(brokers, random, isIngest: true);
    private int _starts = 1;

    public SimulatedSender Sender => _sender;

    /// <summary>Entries whose arrival was acknowledged, by source and partition.</summary>
    public Dictionary<(string Source, int Partition), long> Acknowledged { get; } = [];

    public void Write()
    {
        for (var entries = 1 + random.Below(4); entries > 0; entries--)
        {
            var key = "k" + random.Below(Keys).ToString(CultureInfo.InvariantCulture);
            var partition = topics.Layout.PartitionOf(SimulatedTopics.Input, key);
            var number = _numbers[partition] = _numbers.GetValueOrDefault(partition) + 1;
            var source = string.Create(CultureInfo.InvariantCulture, $"{name}/{_starts}");
            _sender.Send(
                SimulatedTopics.Input,
                partition,
                new Message<byte[]?, byte[]?>
                {
                    Key = Encoding.UTF8.GetBytes(key),
                    Value = Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{source}:{number}")),
                    Headers = new Headers
                    {
                        { RecordHeaders.EdgeSource, Encoding.UTF8.GetBytes(source) },
                        { RecordHeaders.EdgeSequence, RecordHeaders.EncodeSequence(number) },
                    },
                },
                new Delivery(this, source, partition),
                number);
        }
    }

    /// <summary>Whether everything that was written is acknowledged.</summary>
    public bool IsIdle => !_sender.HasSending && !_sender.HasArrived;

    /// <summary>Lets one batch arrive and one acknowledgement come back.</summary>
    public void Work()
    {
        if (_sender.HasSending)
            _sender.Deliver();
        if (_sender.HasArrived)
            _sender.Acknowledge();
    }

    public void Restart()
    {
        _sender.Die();
        _sender = new SimulatedSender(brokers, random, isIngest: true);
        _numbers.Clear();
        _starts++;
    }

    private sealed class Delivery(SimulatedIngest ingest, string source, int partition) : IDeliveryHandler
    {
        public void OnDelivered(long token, long offset, Error? error) => ingest.Acknowledged[(source, partition)] = token;
    }
}
