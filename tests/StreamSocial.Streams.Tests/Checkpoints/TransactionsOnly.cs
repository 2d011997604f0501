using System.Reflection;
using Confluent.Kafka;

namespace StreamSocial.Streams.Tests.Checkpoints;

/// <summary>Producers that take part in transactions and send nothing.</summary>
internal static class TransactionsOnly
{
    public static IConsumerGroupMetadata Group { get; } = new NoMetadata();

    /// <param name="produce">Called with each record.</param>
    /// <param name="commit">Called when a transaction is committed.</param>
    public static IProducer<byte[]?, byte[]?> CreateProducer(Action<Message<byte[]?, byte[]?>> produce, Action? commit = null)
    {
        var producer = DispatchProxy.Create<IProducer<byte[]?, byte[]?>, Producer>();
        ((Producer)producer).On(produce, commit ?? (() => { }));
        return producer;
    }

    private sealed class NoMetadata : IConsumerGroupMetadata;

    private class Producer : DispatchProxy
    {
        private Action<Message<byte[]?, byte[]?>> _produce = _ => { };
        private Action _commit = () => { };

        public void On(Action<Message<byte[]?, byte[]?>> produce, Action commit) => (_produce, _commit) = (produce, commit);

        protected override object? Invoke(MethodInfo? targetMethod, object?[]? args)
        {
            switch (targetMethod?.Name)
            {
                case nameof(IProducer<byte[], byte[]>.Produce):
                    _produce((Message<byte[]?, byte[]?>)args![1]!);
                    break;
                case nameof(IProducer<byte[], byte[]>.CommitTransaction):
                    _commit();
                    break;
            }
            return targetMethod?.ReturnType == typeof(int) ? 0 : null;
        }
    }
}
