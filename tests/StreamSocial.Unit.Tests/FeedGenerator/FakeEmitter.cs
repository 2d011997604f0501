using Google.Protobuf;
using StreamSocial.Streams.Emitting;

namespace StreamSocial.Unit.Tests.FeedGenerator;

/// <summary>Keeps what is emitted, in order.</summary>
internal sealed class FakeEmitter : IEmitter
{
    public List<Emitted> All { get; } = [];

    public void Emit(string topic, int partition, IMessage payload) => All.Add(new(topic, partition, null, payload));

    public void EmitKeyed(string topic, string key, IMessage payload) => All.Add(new(topic, null, key, payload));

    public void EmitKeyed(string topic, int partition, string key, IMessage? payload) => All.Add(new(topic, partition, key, payload));

    public IEnumerable<T> Of<T>()
        where T : IMessage => All.Select(emitted => emitted.Payload).OfType<T>();

    public sealed record Emitted(string Topic, int? Partition, string? Key, IMessage? Payload);
}
