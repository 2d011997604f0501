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

                await ExecuteAsync(plan.Stop, KnownResourceCommands.StopCommand, cancellationToken);
                foreach (var next in plan.Start.Chunk(_startsAtOnce))
                {
                    // A later wish has its own plan for the rest.
                    if (superseded.IsCancellationRequested)
                        break;
                    await ExecuteAsync(next, KnownResourceCommands.StartCommand, cancellationToken);
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

    private Task ExecuteAsync(IEnumerable<int> numbers, string command, CancellationToken cancellationToken) =>
        Task.WhenAll(numbers.Select(number => ExecuteAsync(number, command, cancellationToken)));

    private async Task ExecuteAsync(int number, string command, CancellationToken cancellationToken)
    {
        var name = FeedGenerators.NameOf(number);
        var result = await commands.ExecuteCommandAsync(name, command, cancellationToken);
        if (!result.Success && !cancellationToken.IsCancellationRequested)
            Failed(logger, command, name, result.Message);
    }

    private ReplicaState Read(int number)
    {
        if (!notifications.TryGetCurrentState(FeedGenerators.NameOf(number), out var current))
            return new ReplicaState(number, Active: false, Ready: false);

        var active = ReplicaStates.IsActive(current);
        return new ReplicaState(number, active, active && current.Snapshot.HealthStatus == HealthStatus.Healthy);
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Feed generators: {Wanted} wanted, starting {Start}, stopping {Stop}")]
    private static partial void Scaling(ILogger logger, int wanted, int start, int stop);

    [LoggerMessage(Level = LogLevel.Error, Message = "Command {Command} of {Resource} failed: {Error}")]
    private static partial void Failed(ILogger logger, string command, string resource, string? error);
}
