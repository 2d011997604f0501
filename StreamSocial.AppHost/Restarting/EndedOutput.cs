using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace StreamSocial.AppHost.Restarting;

/// <summary>Repeats in the AppHost's log what a process last wrote that ended with an error: its own log is shown in the dashboard only, and goes with the run.</summary>
internal sealed partial class EndedOutput(ResourceNotificationService notifications, ResourceLoggerService logs, ILogger<EndedOutput> logger) : IHostedLifecycleService, IAsyncDisposable
{
    private const int Lines = 10;

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
        try
        {
            await foreach (var change in notifications.WatchAsync(cancellationToken))
            {
                if (change.Snapshot is { ExitCode: not (null or 0) } ended && told.Add((change.ResourceId, ended.StartTimeStamp)))
                    LogOutput(change.Resource.Name, ended.ExitCode, await ReadLastLinesAsync(change.ResourceId, cancellationToken));
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // The application stops.
        }
    }

    private async Task<string> ReadLastLinesAsync(string resource, CancellationToken cancellationToken)
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
        return last.Count == 0 ? " nothing" : string.Concat(last.Select(line => Environment.NewLine + line));
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Resource} ended with exit code {ExitCode}; it last wrote:{Lines}")]
    private partial void LogOutput(string resource, int? exitCode, string lines);
}
