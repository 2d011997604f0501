using Confluent.Kafka;
using StreamSocial.Kafka.Producing;

namespace StreamSocial.Streams.Simulation.Brokers;

/// <summary>A record on its way to its log, and who wants to know when it is there.</summary>
internal sealed record PendingSend(SimulatedLog Log, Message<byte[]?, byte[]?> Message, IDeliveryHandler? Handler, long Token);
