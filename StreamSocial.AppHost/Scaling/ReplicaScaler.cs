using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Logging;

namespace StreamSocial.AppHost.Scaling;

/// <summary>Starts and stops the declared generators; one change at a time, the latest wish counts.</summary>
internal sealed partial class ReplicaScaler(
    FeedGeneratorOptions options,
    DistributedApplicationModel model,
    ResourceNotificationService notifications,
    ResourceCommandService commands,
    ILogger<ReplicaScaler> logger) : IAsyncDisposable
{
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
                var plan = ReplicaPlan.For(_wanted, Replicas);
                if (plan.Start.Count + plan.Stop.Count > 0)
                    Scaling(logger, _wanted, plan.Start.Count, plan.Stop.Count);

                await Task.WhenAll([
                    .. plan.Start.Select(number => ExecuteAsync(number, KnownResourceCommands.StartCommand, cancellationToken)),
                    .. plan.Stop.Select(number => ExecuteAsync(number, KnownResourceCommands.StopCommand, cancellationToken))]);
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
