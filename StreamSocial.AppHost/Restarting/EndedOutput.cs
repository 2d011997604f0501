using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace StreamSocial.AppHost.Restarting;

/// <summary>Repeats in the AppHost's log what a process last wrote that ended with an error: its own log is shown in the dashboard only, and goes with the run.</summary>
internal sealed partial class EndedOutput(
    ResourceNotificationService notifications, ResourceLoggerService logs, TimeProvider time, ILogger<EndedOutput> logger) : IHostedLifecycleService, IAsyncDisposable
{
    private const int Lines = 10;

    /// <summary>The last lines come a moment after word of the end, and are gone with the next start: so they are read several times until then.</summary>
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    private const int Readings = 5;

    private static readonly TimeSpan ReadTimeout = TimeSpan.FromSeconds(5);

    /// <summary>In lines of the orchestrator's own, which hold whole command lines.</summary>
    private const string OrchestratorMark = " [sys] ";

    private readonly CancellationTokenSource _stopping = new();
    private Task _watch = Task.CompletedTask;

    /// <summary>Before the orchestrator starts: what ends then is of the most interest.</summary>
    public Task StartingAsync(CancellationToken cancellationToken)
    {
        _watch = WatchAsync(_stopping.Token);
        return Task.CompletedTask;
    }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => _stopping.CancelAsync();

    public Task StopAsync(CancellationToken cancellationToken) => _watch.WaitAsync(cancellationToken);

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        await _watch;
    }

    private async Task WatchAsync(CancellationToken cancellationToken)
    {
        // Each run of a process has one end, of which the orchestrator may tell several times.
        var told = new HashSet<(string Resource, DateTime? StartedAt)>();
        var telling = new List<Task>();
        try
        {
            await foreach (var change in notifications.WatchAsync(cancellationToken))
            {
                if (change.Snapshot is { ExitCode: not (null or 0) } ended && told.Add((change.ResourceId, ended.StartTimeStamp)))
                    telling.Add(TellAsync(change.Resource.Name, change.ResourceId, ended.ExitCode, cancellationToken));
                telling.RemoveAll(task => task.IsCompleted);
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // The application stops.
        }

        await Task.WhenAll(telling);
    }

    private async Task TellAsync(string name, string resource, int? exitCode, CancellationToken cancellationToken)
    {
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        timeout.CancelAfter(ReadTimeout);
        IReadOnlyCollection<string>? lines = null;
        try
        {
            for (var readings = 0; readings < Readings && !IsUp(name); readings++)
            {
                var read = await ReadLastLinesAsync(resource, timeout.Token);
                // A later one may be that of the next start already.
                if (lines is null || read.Count > lines.Count)
                    lines = read;
                await Task.Delay(Pause, time, timeout.Token);
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return;
        }
#pragma warning disable CA1031 // Whatever the orchestrator's log throws, as it does at the next start: what was read before is told, and others' ends are.
        catch (Exception e)
#pragma warning restore CA1031
        {
            if (lines is null)
                LogUnreadable(e, name, exitCode);
        }

        if (lines is not null)
            LogOutput(name, exitCode, lines.Count == 0 ? " nothing" : string.Concat(lines.Select(line => Environment.NewLine + line)));
    }

    private bool IsUp(string name) => notifications.TryGetCurrentState(name, out var current) && KnownServiceStates.IsUp(current.Snapshot.State?.Text);

    private async Task<IReadOnlyCollection<string>> ReadLastLinesAsync(string resource, CancellationToken cancellationToken)
    {
        var last = new Queue<string>();
        await foreach (var lines in logs.GetAllAsync(resource).WithCancellation(cancellationToken))
        {
            foreach (var line in lines.Where(line => !line.Content.Contains(OrchestratorMark, StringComparison.Ordinal)))
            {
                last.Enqueue(line.Content);
                if (last.Count > Lines)
                    last.Dequeue();
            }
        }
        return last;
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Resource} ended with exit code {ExitCode}; it last wrote:{Lines}")]
    private partial void LogOutput(string resource, int? exitCode, string lines);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Resource} ended with exit code {ExitCode}; what it last wrote cannot be read")]
    private partial void LogUnreadable(Exception error, string resource, int? exitCode);
}
