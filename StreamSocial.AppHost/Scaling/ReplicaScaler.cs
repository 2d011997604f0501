using System.Collections.Concurrent;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace StreamSocial.AppHost.Scaling;

/// <summary>Starts and stops the declared generators; one change at a time, the latest wish counts. Several start one after the other, as the cores allow.</summary>
internal sealed partial class ReplicaScaler(
    FeedGeneratorOptions options,
    ResourceNotificationService notifications,
    ResourceCommandService commands,
    IHostApplicationLifetime lifetime,
    TimeProvider time,
    ILogger<ReplicaScaler> logger) : IAsyncDisposable
{
    /// <summary>A generator that takes longer to be ready does not hold up the next.</summary>
    private static readonly TimeSpan ReadyPatience = TimeSpan.FromSeconds(30);

    private readonly int _startsAtOnce = options.StartsAtOnce > 0 ? options.StartsAtOnce : Environment.ProcessorCount;
    private readonly SemaphoreSlim _one = new(1);

    /// <summary>By number, the last start that was commanded, until its generator runs. Before that the generator's state does not tell that it is about to.</summary>
    private readonly ConcurrentDictionary<int, Task> _starts = new();

    private readonly CancellationTokenSource _stopping = CancellationTokenSource.CreateLinkedTokenSource(lifetime.ApplicationStopping);
    private CancellationTokenSource _superseded = new();
    private Task _last = Task.CompletedTask;
    private volatile int _wanted = options.Initial;

    public FeedGeneratorOptions Options => options;

    /// <summary>The number last asked for.</summary>
    public int Wanted => _wanted;

    public IReadOnlyList<ReplicaState> Replicas =>
        [.. Enumerable.Range(1, options.Maximum).Select(number => Read(number))];

    /// <summary>Asks for a number of generators within the limits; the change itself goes on after the return.</summary>
    public void Scale(int replicas)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(replicas, options.Minimum);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(replicas, options.Maximum);
        _wanted = replicas;
        Interlocked.Exchange(ref _superseded, new CancellationTokenSource()).Cancel();
        _last = Task.WhenAll(_last, ApplyAsync(_stopping.Token));
    }

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        await _last;
        await Task.WhenAll(_starts.Values);
        _stopping.Dispose();
        _superseded.Dispose();
        _one.Dispose();
    }

    private async Task ApplyAsync(CancellationToken cancellationToken)
    {
        try
        {
            await _one.WaitAsync(cancellationToken);
            try
            {
                var superseded = _superseded.Token;
                var wanted = _wanted;
                var plan = ReplicaPlan.For(wanted, Replicas);
                if (plan.Start.Count + plan.Stop.Count > 0)
                    Scaling(logger, wanted, plan.Start.Count, plan.Stop.Count);

                await Task.WhenAll(plan.Stop.Select(number => StopAsync(number, cancellationToken)));
                foreach (var next in plan.Start.Chunk(_startsAtOnce))
                {
                    // A later wish has its own plan for the rest.
                    if (superseded.IsCancellationRequested)
                        break;
                    try
                    {
                        // A start waits for as long as Kafka is away.
                        await Task.WhenAll(next.Select(number => StartAsync(number, cancellationToken))).WaitAsync(superseded);
                    }
                    catch (OperationCanceledException) when (superseded.IsCancellationRequested)
                    {
                        break;
                    }
                    // The notifications cannot be asked any more when the application ends.
                    cancellationToken.ThrowIfCancellationRequested();
                    await WaitUntilReadyAsync(next, superseded, cancellationToken);
                }
            }
            finally
            {
                _one.Release();
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // The AppHost stops, and all generators with it.
        }
    }

    /// <summary>Returns when the generators are ready or have ended, when it takes too long, or when another number is wanted.</summary>
    private async Task WaitUntilReadyAsync(IEnumerable<int> numbers, CancellationToken superseded, CancellationToken cancellationToken)
    {
        using var patience = new CancellationTokenSource(ReadyPatience, time);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, patience.Token, superseded);
        try
        {
            await Task.WhenAll(numbers.Select(number => ReplicaStates.WaitUntilReadyAsync(notifications, FeedGenerators.NameOf(number), stop.Token)));
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            // It takes too long, or another number is wanted.
        }
    }

    /// <summary>Returns when the command has; the generator counts as active from its call on.</summary>
    private Task StartAsync(int number, CancellationToken cancellationToken)
    {
        var command = ExecuteAsync(number, KnownResourceCommands.StartCommand, cancellationToken);
        _starts[number] = WaitUntilRunningAsync(number, command, cancellationToken);
        return command;
    }

    /// <summary>Returns when the command has failed, when the generator runs, or when that takes too long.</summary>
    private async Task WaitUntilRunningAsync(int number, Task<bool> command, CancellationToken cancellationToken)
    {
        try
        {
            if (!await command)
                return;
            // The notifications cannot be asked any more when the application ends.
            cancellationToken.ThrowIfCancellationRequested();
            using var patience = new CancellationTokenSource(ReadyPatience, time);
            using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, patience.Token);
            await ReplicaStates.WaitUntilRunningAsync(notifications, FeedGenerators.NameOf(number), stop.Token);
        }
        catch (OperationCanceledException)
        {
            // It takes too long, or the AppHost stops.
        }
    }

    private async Task StopAsync(int number, CancellationToken cancellationToken)
    {
        await ExecuteAsync(number, KnownResourceCommands.StopCommand, cancellationToken);
        _starts.TryRemove(number, out _);
    }

    /// <returns>Whether the command succeeded.</returns>
    private async Task<bool> ExecuteAsync(int number, string command, CancellationToken cancellationToken)
    {
        var name = FeedGenerators.NameOf(number);
        var result = await commands.ExecuteCommandAsync(name, command, cancellationToken);
        if (!result.Success && !cancellationToken.IsCancellationRequested)
            Failed(logger, command, name, result.Message);
        return result.Success;
    }

    private ReplicaState Read(int number)
    {
        if (!notifications.TryGetCurrentState(FeedGenerators.NameOf(number), out var current))
            return new ReplicaState(number, Active: false, Ready: false);

        var active = ReplicaStates.IsActive(current) || (_starts.TryGetValue(number, out var start) && !start.IsCompleted);
        return new ReplicaState(number, active, active && current.Snapshot.HealthStatus == HealthStatus.Healthy);
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Feed generators: {Wanted} wanted, starting {Start}, stopping {Stop}")]
    private static partial void Scaling(ILogger logger, int wanted, int start, int stop);

    [LoggerMessage(Level = LogLevel.Error, Message = "Command {Command} of {Resource} failed: {Error}")]
    private static partial void Failed(ILogger logger, string command, string resource, string? error);
}
