using Confluent.Kafka;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace StreamSocial.Streams.Hosting;

/// <summary>
/// Ends the process and logs the reason when a loop of the runtime fails: the orchestrator restarts it, and the state is in Kafka.
/// </summary>
internal sealed partial class FatalErrors(IHostApplicationLifetime lifetime, ILogger<FatalErrors> logger)
{
    private readonly TaskCompletionSource _happened = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Exception? _first;

    /// <summary>The first error; null when there was none.</summary>
    public Exception? First => Volatile.Read(ref _first);

    /// <summary>Completes with the first error.</summary>
    public Task Happened => _happened.Task;

    /// <summary>Runs a thread's loop; whatever it throws is fatal.</summary>
    public void Guard(Action loop)
    {
        try
        {
            loop();
        }
#pragma warning disable CA1031 // A thread's last handler: the reason is logged and the process ends.
        catch (Exception e)
#pragma warning restore CA1031
        {
            Report(e);
        }
    }

    public void Report(Error error) => Report(new KafkaException(error));

    public void Report(Exception exception)
    {
        if (Interlocked.CompareExchange(ref _first, exception, null) is not null)
            return;
        LogFatal(exception);
        End();
    }

    /// <summary>Ends the process for a reason that a person can put right; it is logged as one sentence.</summary>
    public void Stop(string reason)
    {
        if (Interlocked.CompareExchange(ref _first, new InvalidOperationException(reason), null) is not null)
            return;
        LogStop(reason);
        End();
    }

    private void End()
    {
        _happened.SetResult();
        Environment.ExitCode = 1;
        lifetime.StopApplication();
    }

    [LoggerMessage(Level = LogLevel.Critical, Message = "The member ends: {Reason}")]
    private partial void LogStop(string reason);

    [LoggerMessage(Level = LogLevel.Critical, Message = "The runtime cannot go on; the process ends so that another can take over")]
    private partial void LogFatal(Exception exception);
}

/// <summary>What the host provides to the runtime's threads.</summary>
/// <param name="Time">The clock.</param>
/// <param name="Fatal">Takes errors that end the process.</param>
/// <param name="Loggers">Creates the loggers.</param>
internal sealed record RuntimeHost(TimeProvider Time, FatalErrors Fatal, ILoggerFactory Loggers);
