using System.Reflection;
using Confluent.Kafka;

namespace StreamSocial.Streams.Tests.Checkpoints;

/// <summary>Producers that take part in transactions and send nothing.</summary>
internal static class TransactionsOnly
{
    public static IConsumerGroupMetadata Group { get; } = new NoMetadata();

    /// <param name="produce">Called with each record.</param>
    /// <param name="commit">Called when a transaction is committed, with the time for that.</param>
    /// <param name="dispose">Called when it is disposed of.</param>
    /// <param name="connect">Called when it is to become ready.</param>
    public static IProducer<byte[]?, byte[]?> CreateProducer(
        Action<Message<byte[]?, byte[]?>> produce, Action<TimeSpan>? commit = null, Action? dispose = null, Action? connect = null)
    {
        var producer = DispatchProxy.Create<IProducer<byte[]?, byte[]?>, Producer>();
        ((Producer)producer).On(produce, commit ?? (_ => { }), dispose ?? (() => { }), connect ?? (() => { }));
        return producer;
    }

    private sealed class NoMetadata : IConsumerGroupMetadata;

    private class Producer : DispatchProxy
    {
        private Action<Message<byte[]?, byte[]?>> _produce = _ => { };
        private Action<TimeSpan> _commit = _ => { };
        private Action _dispose = () => { };
        private Action _connect = () => { };

        public void On(Action<Message<byte[]?, byte[]?>> produce, Action<TimeSpan> commit, Action dispose, Action connect) =>
            (_produce, _commit, _dispose, _connect) = (produce, commit, dispose, connect);

        protected override object? Invoke(MethodInfo? targetMethod, object?[]? args)
        {
            switch (targetMethod?.Name)
            {
                case nameof(IProducer<byte[], byte[]>.InitTransactions):
                    _connect();
                    break;
                case nameof(IProducer<byte[], byte[]>.Produce):
                    _produce((Message<byte[]?, byte[]?>)args![1]!);
                    break;
                case nameof(IProducer<byte[], byte[]>.CommitTransaction):
                    _commit((TimeSpan)args![0]!);
                    break;
                case nameof(IDisposable.Dispose):
                    _dispose();
                    break;
            }
            return targetMethod?.ReturnType == typeof(int) ? 0 : null;
        }
    }
}
