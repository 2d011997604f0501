using System.Collections.Concurrent;
using System.Diagnostics;
using Confluent.Kafka;

namespace StreamSocial.Kafka.Tests.Groups;

/// <summary>A consumer on a thread of its own that notes what it is given and what is taken from it.</summary>
internal sealed class GroupMember : IDisposable
{
    private readonly IConsumer<byte[], byte[]> _consumer;
    private readonly CancellationTokenSource _stop = new();
    private readonly Thread _thread;
    private readonly ConcurrentDictionary<TopicPartition, bool> _owned = new();
    private volatile bool _leaveOnStop = true;
    private long _consumed;

    public GroupMember(ConsumerConfig config, params string[] topics)
    {
        _consumer = new ConsumerBuilder<byte[], byte[]>(config)
            .SetPartitionsAssignedHandler((_, partitions) => Note(GroupEvent.Assigned, partitions))
            .SetPartitionsRevokedHandler((_, partitions) => Note(GroupEvent.Revoked, partitions.Select(p => p.TopicPartition).ToList()))
            .SetPartitionsLostHandler((_, partitions) => Note(GroupEvent.Lost, partitions.Select(p => p.TopicPartition).ToList()))
            .SetErrorHandler((_, error) => Errors.Enqueue(error.Reason))
            .SetLogHandler((_, _) => { })
            .Build();
        _thread = new Thread(() => Consume(topics)) { IsBackground = true, Name = config.ClientId };
        _thread.Start();
    }

    public ConcurrentQueue<(string Kind, int Count, long At)> Events { get; } = new();

    public ConcurrentQueue<string> Errors { get; } = new();

    public int Owned => _owned.Count;

    public long Consumed => Interlocked.Read(ref _consumed);

    public IReadOnlyCollection<TopicPartition> Partitions => [.. _owned.Keys];

    public int Count(string kind) => Events.Where(e => e.Kind == kind).Sum(e => e.Count);

    /// <summary>Time of the last event of a kind, of <see cref="Stopwatch"/>.</summary>
    public long LastAt(string kind) => Events.Last(e => e.Kind == kind && e.Count > 0).At;

    /// <summary>Ends without telling the group, as a killed process does.</summary>
    public void Die()
    {
        _leaveOnStop = false;
        Dispose();
    }

    public void Dispose()
    {
        if (!_thread.IsAlive)
            return;
        _stop.Cancel();
        _thread.Join();
    }

    private void Consume(string[] topics)
    {
        _consumer.Subscribe(topics);
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                if (_consumer.Consume(TimeSpan.FromMilliseconds(20)) is not null)
                    Interlocked.Increment(ref _consumed);
            }
            catch (ConsumeException e)
            {
                Errors.Enqueue(e.Error.Reason);
            }
        }

        if (_leaveOnStop)
            _consumer.Close();
        _consumer.Dispose();
    }

    private void Note(string kind, List<TopicPartition> partitions)
    {
        foreach (var partition in partitions)
        {
            if (kind == GroupEvent.Assigned)
                _owned[partition] = true;
            else
                _owned.TryRemove(partition, out _);
        }

        Events.Enqueue((kind, partitions.Count, Stopwatch.GetTimestamp()));
    }
}

internal static class GroupEvent
{
    public const string Assigned = "assigned";
    public const string Revoked = "revoked";
    public const string Lost = "lost";
}
