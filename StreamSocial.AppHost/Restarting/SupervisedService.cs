using System.Globalization;

namespace StreamSocial.AppHost.Restarting;

/// <summary>States of a service that Aspire does not have.</summary>
internal static class KnownServiceStates
{
    private const string RestartingPrefix = "Restarting";

    /// <summary>A replica that is not wanted now.</summary>
    public static ResourceStateSnapshot WaitingForLoad { get; } = new("Waiting for load", KnownResourceStateStyles.Info);

    /// <summary>A service that ended and is not started again.</summary>
    public static ResourceStateSnapshot Exited { get; } = new(KnownResourceStates.Exited, KnownResourceStateStyles.Info);

    /// <summary>A service that ended without being asked, so many times in a row, and is about to be started again.</summary>
    public static ResourceStateSnapshot Restarting(int ends) =>
        new($"{RestartingPrefix} ({ends.ToString(CultureInfo.InvariantCulture)})", KnownResourceStateStyles.Warn);

    /// <summary>Whether a service has a process, or is about to have one.</summary>
    public static bool IsUp(string? state) => state == KnownResourceStates.Running || state == KnownResourceStates.Starting;

    /// <summary>Whether the start of a service waits for what the service needs. The orchestrator starts it as it is when it sees another state than this one.</summary>
    public static bool IsWaiting(string? state) => state == KnownResourceStates.Waiting;

    /// <summary>Whether a service is up or on its way there: another state must not be shown in place of this one.</summary>
    public static bool IsUpOrWaiting(string? state) => IsUp(state) || IsWaiting(state);

    /// <summary>
    /// State of a resource for those who look for one to talk to: <c>Stopping</c> from the request on. The orchestrator reports only that the process has ended.
    /// </summary>
    public static string? StateOf(IResource resource, CustomResourceSnapshot snapshot) =>
        resource.TryGetLastAnnotation<SupervisedService>(out var service) && service.IsStopRequested && IsUp(snapshot.State?.Text) ? KnownResourceStates.Stopping : snapshot.State?.Text;

    /// <summary>Whether a service that may end by itself has done so. A start that failed can still show the exit code of the run before.</summary>
    public static bool HasFinished(IResource resource, CustomResourceSnapshot snapshot) =>
        snapshot.ExitCode == 0 && (snapshot.State?.Text == KnownResourceStates.Finished || snapshot.State?.Text == KnownResourceStates.Exited)
        && resource.TryGetLastAnnotation<FiniteServiceAnnotation>(out _);

    public static bool IsRestarting(string? state) => state?.StartsWith(RestartingPrefix, StringComparison.Ordinal) == true;
}

/// <summary>Marks a service that is one of several which come and go with the load.</summary>
internal sealed class ScaledReplicaAnnotation : IResourceAnnotation;

/// <summary>Marks a service that ends by itself, with exit code 0, when it has done its work.</summary>
internal sealed class FiniteServiceAnnotation : IResourceAnnotation;

/// <summary>
/// A service or a broker process, how often it has ended in a row without being asked, and what is shown instead of its end. A service's resource has it as
/// annotation.
/// </summary>
internal sealed class SupervisedService(IResource resource) : IResourceAnnotation
{
    private volatile ResourceStateSnapshot? _shown;
    private volatile bool _isStopRequested;
    private int? _endedProcess;
    private PendingStart? _start;
    private volatile bool _isWaiting;

    public IResource Resource => resource;

    public string Name => resource.Name;

    /// <summary>Ends in a row without being asked.</summary>
    public int Ends { get; set; }

    /// <summary>Whether the end of the present run was asked for.</summary>
    public bool IsStopRequested => _isStopRequested;

    public bool IsReplica => resource.TryGetLastAnnotation<ScaledReplicaAnnotation>(out _);

    public bool StartsOnDemand => resource.TryGetLastAnnotation<ExplicitStartupAnnotation>(out _);

    /// <summary>Whether it waits for its next start after it ended.</summary>
    public bool IsRestarting => KnownServiceStates.IsRestarting(_shown?.Text);

    /// <summary>Whether it is up and its end has not been seen. Its supervisor's alone.</summary>
    public bool IsRunning { get; private set; }

    public void RequestStop() => _isStopRequested = true;

    /// <summary>Whether a start of it waits for what it needs. The shown state may be another for a moment.</summary>
    public bool IsWaiting => _isWaiting;

    /// <summary>Starts it, unless a start is under way already.</summary>
    /// <param name="wait">Waits for what it needs; <see cref="EndWaitAsync"/> ends that, and with it the start.</param>
    /// <param name="start">Starts it then.</param>
    /// <param name="cancellationToken">Ends both.</param>
    public async Task<ExecuteCommandResult> StartAsync(
        Func<CancellationToken, Task> wait, Func<CancellationToken, Task<ExecuteCommandResult>> start, CancellationToken cancellationToken)
    {
        var own = new PendingStart();
        if (Interlocked.CompareExchange(ref _start, own, null) is not null)
            return CommandResults.Failure($"{Name} is being started already.");
        await using var registration = cancellationToken.Register(own.Stop.Cancel);
        var wasStopped = false;
        try
        {
            _isWaiting = true;
            await wait(own.Stop.Token);
            _isWaiting = false;
            return await start(own.Stop.Token);
        }
        catch (OperationCanceledException) when (own.Stop.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            wasStopped = true;
            return CommandResults.Failure($"{Name} was stopped before it had started.");
        }
        finally
        {
            _isWaiting = false;
            _start = null;
            own.Ended.SetResult(wasStopped);
        }
    }

    /// <summary>Ends a start that waits, and returns when it has ended and the next may begin; false if there is none, or if it has begun to run.</summary>
    public async Task<bool> EndWaitAsync()
    {
        if (!_isWaiting || _start is not { } start)
            return false;
        await start.Stop.CancelAsync();
        return await start.Ended.Task;
    }

    /// <summary>The service is up: nothing is shown in place of its own state, and nobody has asked for its end yet.</summary>
    public void BeginRun()
    {
        _shown = null;
        _isStopRequested = false;
        IsRunning = true;
    }

    /// <summary>
    /// Whether a snapshot tells of an end that has not been seen: while the service starts again, the orchestrator may tell once more of the one before. A start that
    /// failed had no process of its own.
    /// </summary>
    public bool HasEndedAnew(CustomResourceSnapshot snapshot) =>
        KnownResourceStates.TerminalStates.Contains(snapshot.State?.Text)
        && (snapshot.State?.Text == KnownResourceStates.FailedToStart || ServiceProcess.PidOf(snapshot) is not { } process || process != _endedProcess);

    /// <summary>The service has ended.</summary>
    public void EndRun(CustomResourceSnapshot snapshot)
    {
        IsRunning = false;
        _endedProcess = ServiceProcess.PidOf(snapshot);
    }

    public Task ShowAsync(ResourceNotificationService notifications, ResourceStateSnapshot state)
    {
        _shown = state;
        // It may have come up since; its own state must not be hidden then, because nobody would publish it again. Nor while it waits: that would end the wait.
        return notifications.PublishUpdateAsync(resource, snapshot => KnownServiceStates.IsUpOrWaiting(snapshot.State?.Text) ? snapshot : snapshot with { State = state });
    }

    public Task ShowAgainAsync(ResourceNotificationService notifications, CustomResourceSnapshot current) =>
        _shown is { } state && current.State?.Text != state.Text ? ShowAsync(notifications, state) : Task.CompletedTask;

    private sealed class PendingStart
    {
        public CancellationTokenSource Stop { get; } = new();

        /// <summary>Whether it was stopped before it ran.</summary>
        public TaskCompletionSource<bool> Ended { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
