using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using StreamSocial.Kafka;
using StreamSocial.Streams.Hosting;

namespace StreamSocial.Streams.Testing.Groups;

/// <summary>
/// A consumer group whose members own partitions as replicas do, through the same membership code, and process nothing, so that many fit into one process.
/// Shows what the group does alone: without state to move, and without load.
/// </summary>
public sealed class IdleGroup : IAsyncDisposable
{
    private static readonly TimeSpan PollInterval = TimeSpan.FromMilliseconds(20);
    private readonly KafkaClientSettings _settings;
    private readonly IdleGroupOptions _options;
    private readonly RuntimeHost _host;
    private readonly OwnershipLog _ownership;
    private readonly List<IdleMember> _members = [];
    private int _joined;

    /// <param name="settings">The cluster.</param>
    /// <param name="options">The group; its topic must exist.</param>
    /// <param name="loggers">Creates the loggers.</param>
    /// <param name="time">Clock and delays.</param>
    public IdleGroup(KafkaClientSettings settings, IdleGroupOptions options, ILoggerFactory loggers, TimeProvider time)
    {
        (_settings, _options) = (settings, options);
        _host = new RuntimeHost(time, new FatalErrors(new EndlessLifetime(), loggers.CreateLogger<FatalErrors>()), loggers);
        _ownership = new OwnershipLog(options.Topic, options.Partitions, time);
    }

    /// <summary>
    /// Lets members join or leave, and waits until the group is settled: each partition has one owner, the members' shares differ by one partition at most,
    /// and nothing has changed for <see cref="IdleGroupOptions.Quiet"/>.
    /// </summary>
    /// <param name="count">How many there are to be, 0 to the number of partitions; with 0, settled is when all have left.</param>
    /// <param name="timeout">Longest wait, the quiet time included; the step then tells what was not settled.</param>
    /// <param name="cancellationToken">Ends the wait; the members stay.</param>
    /// <exception cref="InvalidOperationException">A member failed.</exception>
    public async Task<GroupStep> ResizeAsync(int count, TimeSpan timeout, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, _options.Partitions);
        var (start, from) = (_host.Time.GetTimestamp(), _members.Count);
        var before = _ownership.BeginStep();
        var leaving = Leave(count);
        while (_members.Count < count)
            _members.Add(new IdleMember(FormattableString.Invariant($"{_options.GroupId}-{++_joined}"), _settings, _options, _ownership, _host));

        var ids = _members.Select(member => member.Id).ToHashSet();
        var state = _ownership.Read();
        var isSettled = false;
        while (!isSettled && _host.Time.GetElapsedTime(start) < timeout)
        {
            await Task.Delay(PollInterval, _host.Time, cancellationToken);
            ThrowIfFailed();
            state = _ownership.Read();
            isSettled = state.IsSettled(ids) && leaving.IsCompleted && _host.Time.GetElapsedTime(state.ChangedAt) >= _options.Quiet;
        }

        await leaving.WaitAsync(cancellationToken);
        var settledAfter = _host.Time.GetElapsedTime(start, Math.Max(start, state.ChangedAt));
        return new GroupStep(from, count, isSettled ? settledAfter : null, state.MovedSince(before), state.GivenBack, state.Overlaps, state.Unowned, state.OwnedTwice);
    }

    /// <summary>All members leave.</summary>
    public async ValueTask DisposeAsync() => await Leave(0);

    /// <summary>The newest members leave, all at once.</summary>
    private Task Leave(int remaining)
    {
        var leaving = _members.Skip(remaining).ToArray();
        if (leaving.Length == 0)
            return Task.CompletedTask;
        _members.RemoveRange(remaining, leaving.Length);
        // A member blocks its thread while it leaves, longer than the thread pool lends its own.
        var threads = leaving.Select(member => new Thread(member.Dispose) { IsBackground = true }).ToArray();
        foreach (var thread in threads)
            thread.Start();
        return Task.Run(() =>
        {
            foreach (var thread in threads)
                thread.Join();
        });
    }

    private void ThrowIfFailed()
    {
        if (_host.Fatal.First is { } error)
            throw new InvalidOperationException($"A member of group {_options.GroupId} failed: {error.Message}", error);
    }

    /// <summary>A failed member does not end this process.</summary>
    private sealed class EndlessLifetime : IHostApplicationLifetime
    {
        public CancellationToken ApplicationStarted => CancellationToken.None;

        public CancellationToken ApplicationStopping => CancellationToken.None;

        public CancellationToken ApplicationStopped => CancellationToken.None;

        public void StopApplication()
        {
            // Whoever resizes the group sees the error.
        }
    }
}

/// <summary>A group of idle members.</summary>
public sealed record IdleGroupOptions
{
    /// <summary>Name of the group; the members are named after it.</summary>
    public required string GroupId { get; init; }

    /// <summary>The topic whose partitions the members share.</summary>
    public required string Topic { get; init; }

    /// <summary>Its number of partitions.</summary>
    public required int Partitions { get; init; }

    /// <summary>How the group assigns.</summary>
    /// <value>Default <c>Consumer</c>.</value>
    public StreamsGroupProtocol Protocol { get; init; } = StreamsGroupProtocol.Consumer;

    /// <summary>Assignor of the classic protocol; see <see cref="StreamsOptions.ClassicAssignor"/>.</summary>
    /// <value>Default <c>cooperative-sticky</c>.</value>
    public string ClassicAssignor { get; init; } = "cooperative-sticky";

    /// <summary>How long nothing may change before the group counts as settled. Longer than members wait for their next word of the group, which is a heartbeat.</summary>
    /// <value>Default 3 s.</value>
    public TimeSpan Quiet { get; init; } = TimeSpan.FromSeconds(3);
}

/// <summary>What a change of the number of members did.</summary>
/// <param name="From">Members before.</param>
/// <param name="To">Members afterwards.</param>
/// <param name="SettledAfter">From the request to the last change of an owner; null when the group did not settle in time.</param>
/// <param name="Moved">Partitions that have another owner than before.</param>
/// <param name="GivenBack">How often a member gave a partition back meanwhile, whoever got it then.</param>
/// <param name="Overlaps">How often a partition had two owners for a moment.</param>
/// <param name="Unowned">Partitions without an owner at the end.</param>
/// <param name="OwnedTwice">Partitions with several owners at the end.</param>
public sealed record GroupStep(int From, int To, TimeSpan? SettledAfter, int Moved, int GivenBack, int Overlaps, int Unowned, int OwnedTwice);
