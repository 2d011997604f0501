using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Logging;

namespace StreamSocial.AppHost.Scaling;

/// <summary>Starts and stops the declared generators; one change at a time, the latest wish counts. Several start one after the other, as the cores allow.</summary>
internal sealed partial class ReplicaScaler(
    FeedGeneratorOptions options,
    DistributedApplicationModel model,
    ResourceNotificationService notifications,
    ResourceCommandService commands,
    TimeProvider time,
    ILogger<ReplicaScaler> logger) : IAsyncDisposable
{
    /// <summary>A generator that takes longer to be ready does not hold up the next.</summary>
    private static readonly TimeSpan ReadyPatience = TimeSpan.FromSeconds(30);

    private static readonly TimeSpan ReadyPoll = TimeSpan.FromMilliseconds(250);

    private readonly int _startsAtOnce = options.StartsAtOnce > 0 ? options.StartsAtOnce : Math.Max(1, Environment.ProcessorCount / 2);
    private readonly SemaphoreSlim _one = new(1);
    private readonly CancellationTokenSource _stopping = new();
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
        _last = Task.WhenAll(_last, ApplyAsync(_stopping.Token));
    }

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        await _last;
        _stopping.Dispose();
        _one.Dispose();
    }

    private async Task ApplyAsync(CancellationToken cancellationToken)
    {
        try
        {
            await _one.WaitAsync(cancellationToken);
            try
            {
                var wanted = _wanted;
                var plan = ReplicaPlan.For(wanted, Replicas);
                if (plan.Start.Count + plan.Stop.Count > 0)
                    Scaling(logger, wanted, plan.Start.Count, plan.Stop.Count);

                await ExecuteAsync(plan.Stop, KnownResourceCommands.StopCommand, cancellationToken);
                int[] starting = [];
                foreach (var next in plan.Start.Chunk(_startsAtOnce))
                {
                    await WaitUntilReadyAsync(starting, wanted, cancellationToken);
                    // A later wish has its own plan for the rest.
                    if (_wanted != wanted)
                        break;
                    await ExecuteAsync(next, KnownResourceCommands.StartCommand, cancellationToken);
                    starting = next;
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
    private async Task WaitUntilReadyAsync(IReadOnlyCollection<int> numbers, int wanted, CancellationToken cancellationToken)
    {
        var started = time.GetTimestamp();
        while (_wanted == wanted && time.GetElapsedTime(started) < ReadyPatience && !numbers.Select(Read).All(replica => replica.Ready || !replica.Active))
            await Task.Delay(ReadyPoll, time, cancellationToken);
    }

    private Task ExecuteAsync(IEnumerable<int> numbers, string command, CancellationToken cancellationToken) =>
        Task.WhenAll(numbers.Select(number => ExecuteAsync(number, command, cancellationToken)));

    private async Task ExecuteAsync(int number, string command, CancellationToken cancellationToken)
    {
        var name = FeedGeneratorName.Of(number);
        var resource = model.Resources.Single(r => r.Name == name);
        var result = await commands.ExecuteCommandAsync(resource, command, cancellationToken);
        if (!result.Success && !cancellationToken.IsCancellationRequested)
            Failed(logger, command, name, result.Message);
    }

    private ReplicaState Read(int number)
    {
        if (!notifications.TryGetCurrentState(FeedGeneratorName.Of(number), out var current))
            return new ReplicaState(number, Active: false, Ready: false);

        var state = current.Snapshot.State?.Text;
        var active = state == KnownResourceStates.Running || state == KnownResourceStates.Starting || state == KnownResourceStates.Waiting;
        return new ReplicaState(number, active, active && current.Snapshot.HealthStatus == HealthStatus.Healthy);
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Feed generators: {Wanted} wanted, starting {Start}, stopping {Stop}")]
    private static partial void Scaling(ILogger logger, int wanted, int start, int stop);

    [LoggerMessage(Level = LogLevel.Error, Message = "Command {Command} of {Resource} failed: {Error}")]
    private static partial void Failed(ILogger logger, string command, string resource, string? error);
}
