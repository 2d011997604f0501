using System.Collections.Concurrent;
using System.Reflection;
using Confluent.Kafka;
using Google.Protobuf;
using Microsoft.Extensions.Hosting.Internal;
using Microsoft.Extensions.Logging.Abstractions;
using StreamSocial.Kafka;
using StreamSocial.Kafka.Producing;
using StreamSocial.Streams.Checkpoints;
using StreamSocial.Streams.Contracts;
using StreamSocial.Streams.Hosting;
using StreamSocial.Streams.Restoring;
using StreamSocial.Streams.Simulation.Workload;
using StreamSocial.Streams.Tasks;

namespace StreamSocial.Streams.Tests.Restoring;

/// <summary>The thread that restores, with a consumer whose records the test chooses.</summary>
public sealed class TaskRestorerTests : IRecordSender, IDisposable
{
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(20);
    private static readonly SimulatedTopics Topics = new(2, 1);

    private readonly ScriptedConsumer _consumer;
    private readonly TaskRestorer _restorer;
    private readonly TaskEnvironment _environment;
    private readonly FatalErrors _fatal;
    private readonly BlockingCollection<StreamTask> _restored = [];
    private long _committed = 5;

    public TaskRestorerTests()
    {
        _environment = new TaskEnvironment("member", Topics.Layout, this, 1, _ => { });
        _fatal = new FatalErrors(new ApplicationLifetime(NullLogger<ApplicationLifetime>.Instance), NullLogger<FatalErrors>.Instance);
        var host = new RuntimeHost(TimeProvider.System, _fatal, NullLoggerFactory.Instance);
        var member = new MemberContext(new KafkaClientSettings("nobody:1", new KafkaOptions()), new StreamsOptions(), [.. Topics.Stages], _environment, host);
        var consumer = DispatchProxy.Create<IConsumer<byte[]?, byte[]?>, ScriptedConsumer>();
        _consumer = (ScriptedConsumer)(object)consumer;
        var protocol = new TransactionalRestore(
            (partitions, _) => [.. partitions.Select(partition => new TopicPartitionOffset(partition, _committed))], _ => 1, _ => 0, TimeProvider.System, NullLogger.Instance);
        var shared = new SharedByRestorers(new RestoreProgress(1, TimeProvider.System, NullLogger.Instance), new RateQuota(0, TimeProvider.System), Concurrency: 8);
        _restorer = new TaskRestorer(0, member, shared, new RestoreClients(consumer, protocol, Lag: null!), _restored.Add, (_, error) => throw error);
    }

    [Fact]
    public void Restore_OthersChangelogsNeverEnd_CompletesWhatIsWarm()
    {
        var (warm, endless) = (Follow(0), Follow(1));
        _consumer.Script = Changelogs(warm.Task.Changelog, endless.Task.Changelog).GetEnumerator();
        _restorer.Start();
        Assert.True(SpinWait.SpinUntil(() => warm.IsWarm && endless.Bytes > 0, Longest), "The changelogs were not followed.");

        _restorer.Restore(warm);

        var isRestored = _restored.TryTake(out var task, Longest);
        Assert.Null(_fatal.First);
        Assert.True(isRestored, "The task was not restored while another changelog was followed.");
        Assert.Same(warm.Task, task);
    }

    [Fact]
    public void Restore_TheGroupIsBehindWhatIsWarm_ReadsOnFromTheEndBeforeItIsComplete()
    {
        _committed = 3;
        var session = Follow(0);
        _consumer.Script = EndsAgain(session.Task.Changelog).GetEnumerator();
        _restorer.Start();
        Assert.True(SpinWait.SpinUntil(() => session.IsWarm, Longest), "The changelog was not followed.");

        _restorer.Restore(session);

        var isRestored = _restored.TryTake(out var task, Longest);
        Assert.Null(_fatal.First);
        Assert.True(isRestored, "The task was not restored.");
        Assert.Equal((5L, 2), (task!.CommittedOffset, _consumer.Assigned.Count));
    }

    public void Dispose()
    {
        _restorer.Dispose();
        _restored.Dispose();
    }

    void IRecordSender.Send(string topic, int partition, Message<byte[]?, byte[]?> message, IDeliveryHandler handler, long token) =>
        throw new NotSupportedException("A restore sends nothing here.");

    private RestoreSession Follow(int task)
    {
        var session = new RestoreSession(new StreamTask(Topics.Tasks[task], Topics.Stages[0], epoch: 0, _environment), isOwned: false);
        _restorer.Follow(session);
        return session;
    }

    /// <summary>One that ends after a commit, and one that does not end.</summary>
    private static IEnumerable<ConsumeResult<byte[]?, byte[]?>> Changelogs(TopicPartition shorter, TopicPartition endless)
    {
        yield return CommitAt(shorter, 0);
        yield return new ConsumeResult<byte[]?, byte[]?> { TopicPartitionOffset = new(shorter, 1), IsPartitionEOF = true };
        for (var offset = 0; ; offset++)
            yield return CommitAt(endless, offset);
    }

    /// <summary>One that ends after a commit, and again when it is read from there.</summary>
    private IEnumerable<ConsumeResult<byte[]?, byte[]?>?> EndsAgain(TopicPartition changelog)
    {
        var end = new ConsumeResult<byte[]?, byte[]?> { TopicPartitionOffset = new(changelog, 1), IsPartitionEOF = true };
        yield return CommitAt(changelog, 0);
        yield return end;
        while (!_consumer.Assigned.Contains(end.TopicPartitionOffset))
            yield return null;
        yield return end;
    }

    private static ConsumeResult<byte[]?, byte[]?> CommitAt(TopicPartition changelog, long offset) => new()
    {
        TopicPartitionOffset = new(changelog, offset),
        Message = new() { Key = ChangelogKeys.Commit, Value = new CommitRecord { Version = ChangelogKeys.Version, NextOffset = 5 }.ToByteArray() },
    };

    /// <summary>Returns the records of a script once something is assigned, and takes every other call.</summary>
    internal class ScriptedConsumer : DispatchProxy
    {
        private bool _isAssigned;

        public IEnumerator<ConsumeResult<byte[]?, byte[]?>?>? Script { get; set; }

        /// <summary>Where it was to read, one after the other.</summary>
        public ConcurrentQueue<TopicPartitionOffset> Assigned { get; } = [];

        protected override object? Invoke(MethodInfo? method, object?[]? arguments)
        {
            if (method!.Name == nameof(IConsumer<,>.IncrementalAssign))
            {
                foreach (var partition in (IEnumerable<TopicPartitionOffset>)arguments![0]!)
                    Assigned.Enqueue(partition);
                _isAssigned = true;
            }
            return method.Name == nameof(IConsumer<,>.Consume) && _isAssigned && Script!.MoveNext() ? Script.Current : null;
        }
    }
}
