using Confluent.Kafka;

namespace StreamSocial.Streams.Simulation.Brokers;

/// <summary>What a client believes of its seat in the group.</summary>
/// <param name="MemberId">Empty when it has none.</param>
/// <param name="Epoch">-1 when it has none.</param>
internal sealed record GroupView(string MemberId, int Epoch) : IConsumerGroupMetadata
{
    public static GroupView None { get; } = new("", -1);
}
