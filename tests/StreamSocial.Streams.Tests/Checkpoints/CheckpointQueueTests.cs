using Confluent.Kafka;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using StreamSocial.Kafka.Producing;
using StreamSocial.Streams.Checkpoints;
using StreamSocial.Streams.Emitting;
using StreamSocial.Streams.Tasks;
using StreamSocial.Streams.Testing;

namespace StreamSocial.Streams.Tests.Checkpoints;

/// <summary>Waiting checkpoints are divided among a lane's transactional producers, as many to each as its transaction has time for.</summary>
public sealed class CheckpointQueueTests : IRecordSender, IDisposable
{
    private static readonly StageDefinition Stage = new("clicks", "inputs", "inputs-state", _ => new NoProcessor());

    private readonly FakeTimeProvider _time = new();
    private readonly TaskEnvironment _environment;
    private readonly CheckpointQueue _queue;
    private readonly int[] _written = new int[2];
    private Action<int> _onCommit = _ => { };
    private Action _onDispose = () => { };
    private Action _onConnect = () => { };
    private int _created;
    private TimeSpan _commitTime;

    public CheckpointQueueTests()
    {
        _environment = new TaskEnvironment("member", new FixedLayout(new Dictionary<string, int> { ["inputs"] = 1_000 }), this, 1, error => throw new KafkaException(error));
        _queue = new CheckpointQueue([Transactions(0), Transactions(1)], _time);
    }

    public void Dispose() => _queue.Dispose();

    [Fact]
    public void TryCommit_AnotherProducerIsIdle_LeavesItItsShare()
    {
        var snapshots = Write(40);
        var isNested = false;
        _onCommit = producer =>
        {
            if (isNested)
                return;
            isNested = true;
            Assert.True(_queue.TryCommit(1 - producer));
        };

        Assert.True(_queue.TryCommit(0));

        Assert.Equal([20, 20], _written);
        Assert.All(snapshots, snapshot => Assert.True(_queue.IsDurable(snapshot)));
    }

    [Fact]
    public void TryCommit_FewWait_WritesThemInOneTransaction()
    {
        Write(7);

        Assert.True(_queue.TryCommit(0));
        Assert.True(_queue.TryCommit(1));

        Assert.Equal([7, 0], _written);
    }

    [Theory]
    [InlineData(1, 64, 128)]
    [InlineData(6, 64, 32)]
    public void TryCommit_ManyWait_TheirNumberFollowsTheTimeOfATransaction(int seconds, int first, int second)
    {
        Write(900);
        _onCommit = _ => _time.Advance(TimeSpan.FromSeconds(seconds));

        Assert.True(_queue.TryCommit(0));
        Assert.Equal(first, _written[0]);
        Assert.True(_queue.TryCommit(0));
        Assert.Equal(first + second, _written[0]);
    }

    [Fact]
    public void TryCommit_TransactionsAreSlowWhateverIsInThem_AFewRemain()
    {
        Write(900);
        _onCommit = _ => _time.Advance(TimeSpan.FromSeconds(6));

        for (var i = 0; i < 10; i++)
            Assert.True(_queue.TryCommit(0));

        Assert.Equal(64 + 32 + 16 + (7 * 8), _written[0]);
    }

    [Fact]
    public void TryCommit_TransactionFails_AnotherProducerWritesWhatWasInIt()
    {
        var snapshots = Write(5);
        _onCommit = producer =>
        {
            if (producer == 0)
                throw new KafkaException(ErrorCode.Local_TimedOut);
        };

        for (var i = 0; i < CheckpointHealth.MaxFailures; i++)
            Assert.False(_queue.TryCommit(0));
        Assert.All(snapshots, snapshot => Assert.False(_queue.IsDurable(snapshot)));
        Assert.NotNull(_environment.CheckpointHealth.Problem);
        while (snapshots.Any(snapshot => !_queue.IsDurable(snapshot)))
            Assert.True(_queue.TryCommit(1));

        // The first one has nothing left to write, so nothing of it is stuck, though it may not have another turn for long.
        Assert.Null(_environment.CheckpointHealth.Problem);
        Assert.Equal(5, _written[1]);
    }

    [Fact]
    public void TryCommit_AnotherProducerHasTakenWhatFailed_ItIsStuckUntilThatIsWritten()
    {
        Write(1);
        _onCommit = producer =>
        {
            if (producer == 1)
                Assert.True(_queue.TryCommit(0));
            throw new KafkaException(ErrorCode.Local_TimedOut);
        };
        for (var i = 0; i < CheckpointHealth.MaxFailures; i++)
            Assert.False(_queue.TryCommit(0));

        Assert.False(_queue.TryCommit(1));

        Assert.NotNull(_environment.CheckpointHealth.Problem);
    }

    [Fact]
    public void TryCommit_TransactionFailsAndItsTaskLeaves_NothingIsStuck()
    {
        var snapshot = Assert.Single(Write(1));
        _onCommit = _ => throw new KafkaException(ErrorCode.Local_TimedOut);
        for (var i = 0; i < CheckpointHealth.MaxFailures; i++)
            Assert.False(_queue.TryCommit(0));
        Assert.NotNull(_environment.CheckpointHealth.Problem);

        Assert.True(_queue.TryAbandon(snapshot));
        Assert.True(_queue.TryCommit(1));

        Assert.Null(_environment.CheckpointHealth.Problem);
    }

    /// <summary>Its thread ends, and who closes the tasks must not wait for it.</summary>
    [Fact]
    public void TryCommit_ProducerThrows_WhatItHadCanBeAbandoned()
    {
        var snapshot = Assert.Single(Write(1));
        _onCommit = _ => throw new InvalidOperationException("There is no more memory.");

        Assert.Throws<InvalidOperationException>(() => _queue.TryCommit(0));

        Assert.True(_queue.TryAbandon(snapshot));
        Assert.True(_queue.TryCommit(1));
        Assert.Equal(0, _written[1]);
    }

    /// <summary>With brokers away a client uses all the time that it is given, and then waits for ever for a thread of its own. The group does not wait so long.</summary>
    [Fact]
    public async Task TryCommit_BrokersAreAwayAndTheProducerDoesNotEnd_WhatItHadCanBeAbandonedInTime()
    {
        var snapshot = Assert.Single(Write(1));
        var never = new TaskCompletionSource();
        _onDispose = never.Task.Wait;
        _onCommit = _ =>
        {
            Assert.False(never.Task.Wait(_commitTime));
            throw new KafkaRetriableException(new Error(ErrorCode.Local_TimedOut));
        };

        var isCommitted = await Task.Run(() => _queue.TryCommit(0), TestContext.Current.CancellationToken).WaitAsync(TimeSpan.FromSeconds(45), TestContext.Current.CancellationToken);

        Assert.Equal((false, false), (isCommitted, _queue.IsDurable(snapshot)));
        Assert.True(_queue.TryAbandon(snapshot));
        never.SetResult();
    }

    /// <summary>One that is left may keep its threads for ever, and an outage may last for hours.</summary>
    [Fact]
    public void TryCommit_BrokersAreAwayForLong_GoesOnWithTheSameProducer()
    {
        Write(1);
        var isAway = true;
        _onConnect = () =>
        {
            if (isAway)
                throw new KafkaRetriableException(new Error(ErrorCode.Local_TimedOut));
        };
        Assert.False(_queue.TryCommit(0));
        Assert.False(_queue.TryCommit(0));

        isAway = false;
        Assert.True(_queue.TryCommit(0));

        Assert.Equal((1, 1), (_created, _written[0]));
    }

    [Fact]
    public void TryCommit_ProducerBroke_UsesANewOne()
    {
        Write(1);
        var isBroken = true;
        _onConnect = () =>
        {
            if (isBroken)
                throw new KafkaException(ErrorCode.Local_Fatal);
        };
        Assert.False(_queue.TryCommit(0));

        isBroken = false;
        Assert.True(_queue.TryCommit(0));

        Assert.Equal(2, _created);
    }

    /// <summary>The writers end together, and one may be about to take the last checkpoints.</summary>
    [Fact]
    public async Task WaitForWork_LastCheckpointIsTakenAfterTheWaitsHaveEnded_EndsAtOnce()
    {
        Write(1);
        _queue.EndWaits();
        Assert.True(_queue.TryCommit(0));

        await Task.Run(() => _queue.WaitForWork(Timeout.InfiniteTimeSpan)).WaitAsync(TimeSpan.FromSeconds(10), TestContext.Current.CancellationToken);
    }

    void IRecordSender.Send(string topic, int partition, Message<byte[]?, byte[]?> message, IDeliveryHandler handler, long token) =>
        throw new InvalidOperationException("Nothing is emitted here.");

    private CheckpointTransactions Transactions(int producer) => new(_ => Create(producer), () => TransactionsOnly.Group, _environment, NullLogger.Instance);

    private IProducer<byte[]?, byte[]?> Create(int producer)
    {
        _created++;
        return TransactionsOnly.CreateProducer(_ => _written[producer]++, time => OnCommit(producer, time), () => _onDispose(), () => _onConnect());
    }

    private void OnCommit(int producer, TimeSpan time)
    {
        _commitTime = time;
        _onCommit(producer);
    }

    /// <summary>Gives the queue checkpoints that have one record each, their commit.</summary>
    private List<CheckpointSnapshot> Write(int count)
    {
        List<CheckpointSnapshot> snapshots = [];
        for (var partition = 0; partition < count; partition++)
        {
            var task = new StreamTask(new TaskId("inputs", partition), Stage, 1, _environment);
            task.Start(0);
            snapshots.Add(task.BeginCheckpoint(whole: false, packed: true, now: 0));
            _queue.Write(task, snapshots[^1]);
        }
        return snapshots;
    }

    private sealed class NoProcessor : IRecordProcessor
    {
        public void Process(in InputEntry entry, IEmitter emitter) => throw new InvalidOperationException("Nothing is processed here.");
    }
}
