using System.Diagnostics.Tracing;
using Microsoft.Diagnostics.NETCore.Client;
using Microsoft.Diagnostics.Tracing;
using Microsoft.Diagnostics.Tracing.Parsers.Clr;

namespace StreamSocial.Cli.Benchmarks;

/// <summary>Times the garbage collector's pauses of another .NET process from its runtime's events, as <see cref="PauseListener"/> does in this one.</summary>
internal sealed class PauseRecorder : IAsyncDisposable
{
    private const string Runtime = "Microsoft-Windows-DotNETRuntime";
    private const long GarbageCollection = 1;
    private static readonly TimeSpan StartTimeout = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(20);

    private readonly EventPipeSession _session;
    private readonly EventPipeEventSource _events;
    private readonly Task _reading;
    private double? _suspended;
    private double _longest;

    private PauseRecorder(EventPipeSession session)
    {
        _session = session;
        _events = new(session.EventStream);
        _events.Clr.GCSuspendEEStart += OnSuspended;
        _events.Clr.GCRestartEEStop += OnRestarted;
        _reading = Task.Factory.StartNew(() => _events.Process(), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
    }

    /// <summary>Longest time that the collector held all threads since the last <see cref="Reset"/>.</summary>
    /// <exception cref="ToolException">The process's events have ended, so what it paused since is not known.</exception>
    public TimeSpan Longest => _reading.IsCompleted
        ? throw new ToolException("The process's events ended before they were asked for, so its longest pause is not known.", _reading.Exception?.InnerException)
        : TimeSpan.FromMilliseconds(Volatile.Read(ref _longest));

    /// <summary>Attaches to a process that may just have been started.</summary>
    /// <exception cref="ToolException">It does not take diagnostics: it has ended, or <c>DOTNET_EnableDiagnostics</c> is 0.</exception>
    public static async Task<PauseRecorder> AttachAsync(int pid, TimeProvider time, CancellationToken cancellationToken)
    {
        var client = new DiagnosticsClient(pid);
        for (var started = time.GetTimestamp(); ;)
        {
            try
            {
                return new(await client.StartEventPipeSessionAsync([new EventPipeProvider(Runtime, EventLevel.Informational, GarbageCollection)], requestRundown: false, token: cancellationToken));
            }
            catch (ServerNotAvailableException e) when (time.GetElapsedTime(started) >= StartTimeout)
            {
                throw new ToolException($"Process {pid} does not take diagnostics: {e.Message}");
            }
            catch (ServerNotAvailableException)
            {
                await Task.Delay(Poll, time, cancellationToken);
            }
        }
    }

    public void Reset() => Volatile.Write(ref _longest, 0);

    public async ValueTask DisposeAsync()
    {
        try
        {
            await _session.StopAsync(CancellationToken.None);
        }
        catch (Exception e) when (e is ServerNotAvailableException or IOException)
        {
            // The process has ended, and its events with it.
        }
        // A process that aborts cuts its events short. What it came to is for its owner to say, and so is a figure that is asked for in vain.
        await _reading.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _events.Dispose();
        _session.Dispose();
    }

    private void OnSuspended(GCSuspendEETraceData suspension)
    {
        if (suspension.Reason is GCSuspendEEReason.SuspendForGC or GCSuspendEEReason.SuspendForGCPrep)
            _suspended = suspension.TimeStampRelativeMSec;
    }

    private void OnRestarted(GCNoUserDataTraceData restart)
    {
        if (_suspended is { } suspended)
            Volatile.Write(ref _longest, Math.Max(_longest, restart.TimeStampRelativeMSec - suspended));
        _suspended = null;
    }
}
