using System.Reflection;
using Confluent.Kafka;

namespace StreamSocial.Ingest.Tests.HotKeys;

/// <summary>A producer that sends nothing.</summary>
internal class StubProducer : DispatchProxy
{
    private Action<Message<byte[]?, byte[]?>, Action<DeliveryReport<byte[]?, byte[]?>>> _produce = (_, _) => { };

    /// <param name="produce">Called with each record, and with what takes its report.</param>
    public static IProducer<byte[]?, byte[]?> Create(Action<Message<byte[]?, byte[]?>, Action<DeliveryReport<byte[]?, byte[]?>>> produce)
    {
        var producer = Create<IProducer<byte[]?, byte[]?>, StubProducer>();
        ((StubProducer)producer)._produce = produce;
        return producer;
    }

    protected override object? Invoke(MethodInfo? targetMethod, object?[]? args)
    {
        if (targetMethod?.Name == nameof(IProducer<byte[], byte[]>.Produce))
            _produce((Message<byte[]?, byte[]?>)args![1]!, (Action<DeliveryReport<byte[]?, byte[]?>>)args[2]!);
        return targetMethod?.ReturnType == typeof(int) ? 0 : null;
    }
}
