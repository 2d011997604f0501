using System.Reflection;
using System.Text;
using Confluent.Kafka;
using StreamSocial.Kafka.Producing;

namespace StreamSocial.Kafka.Tests.Producing;

public sealed class PartitionSendBufferTests : IDeliveryHandler
{
    private static readonly Error Refusal = new(ErrorCode.InvalidRecord, "refused");

    private readonly List<string> _refused = [];
    private readonly StubProducer _producer;
    private readonly PartitionSendBuffer _buffer;

    public PartitionSendBufferTests()
    {
        var producer = DispatchProxy.Create<IProducer<byte[]?, byte[]?>, StubProducer>();
        _producer = (StubProducer)producer;
        _buffer = new PartitionSendBuffer(producer, new TopicPartition("t", 0), (_, _) => { }, (message, _) => _refused.Add(NameOf(message.Message)));
    }

    void IDeliveryHandler.OnDelivered(long token, long offset, Error? error) => Assert.Fail("The buffer leaves it to its owner.");

    /// <summary>Another partition's refusal began a new source while this one's records were under way.</summary>
    [Fact]
    public async Task Reopen_ThenAnEarlierRecordFails_WhatWaitedBehindItIsRefusedAndWhatCameAfterIsSent()
    {
        Send("old-5");
        await UntilItGathersNoMoreAsync();
        Send("old-6");
        Send("old-7");
        _buffer.Reopen();
        Send("new-1");

        _producer.Report("old-5", Refusal);

        Assert.Equal(["old-6", "old-7"], _refused);
        Assert.Equal(["old-5", "new-1"], _producer.Sent);
        _producer.Report("new-1", Refusal);
        Assert.Throws<KafkaException>(() => Send("new-2"));
    }

    [Fact]
    public async Task Reopen_NothingFails_EverythingIsSentInOrder()
    {
        Send("old-5");
        await UntilItGathersNoMoreAsync();
        Send("old-6");
        _buffer.Reopen();
        Send("new-1");

        _producer.Report("old-5", new Error(ErrorCode.NoError));

        Assert.Empty(_refused);
        Assert.Equal(["old-5", "old-6", "new-1"], _producer.Sent);
    }

    /// <summary>The opening of a record is that in which it was handed over, not that in which it was passed on.</summary>
    [Fact]
    public async Task Reopen_ThenARecordThatWaitedFails_LaterOnesAreTaken()
    {
        Send("old-5");
        await UntilItGathersNoMoreAsync();
        Send("old-6");
        _buffer.Reopen();
        _producer.Report("old-5", new Error(ErrorCode.NoError));

        _producer.Report("old-6", Refusal);
        Send("new-1");

        Assert.Equal(["old-5", "old-6", "new-1"], _producer.Sent);
    }

    private static string NameOf(Message<byte[]?, byte[]?> message) => Encoding.UTF8.GetString(message.Value!);

    private static Task UntilItGathersNoMoreAsync() => Task.Delay(KafkaClientSettings.Linger, TestContext.Current.CancellationToken);

    private void Send(string name) => _buffer.Send(new OutgoingMessage(new() { Value = Encoding.UTF8.GetBytes(name) }, this, 0, 0));

    /// <summary>Sends nothing, and reports what it is told to.</summary>
    internal class StubProducer : DispatchProxy
    {
        private readonly Dictionary<string, Action<DeliveryReport<byte[]?, byte[]?>>> _reports = [];

        public List<string> Sent { get; } = [];

        public void Report(string name, Error error) => _reports[name](new() { Error = error });

        protected override object? Invoke(MethodInfo? targetMethod, object?[]? args)
        {
            var name = NameOf((Message<byte[]?, byte[]?>)args![1]!);
            Sent.Add(name);
            _reports.Add(name, (Action<DeliveryReport<byte[]?, byte[]?>>)args[2]!);
            return null;
        }
    }
}
