using StreamSocial.Events.Topics;

namespace StreamSocial.Cli.Benchmarks.Stage;

/// <summary>Runs the runtime in this process as a group's only member until a number of events is processed and checkpointed.</summary>
internal sealed class StageRunner(string bootstrapServers, bool embedded, StageBenchmarkOptions options, PauseListener pauses)
{
    private static readonly TimeSpan EndTimeout = TimeSpan.FromMinutes(3);
    private readonly TaskCompletionSource _done = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private ProcessMeter? _meter;
    private long _processed;

    /// <exception cref="NotHeldException">Not all were processed in time.</exception>
    public async Task<ProcessMeasurement> TakeAsync(CancellationToken cancellationToken)
    {
        using var host = BenchmarkMember.Build(bootstrapServers, embedded, StreamSocialTopics.For(options.Profile), context => new BenchmarkProcessor(context, Count));
        await host.StartAsync(cancellationToken);
        try
        {
            await _done.Task.WaitAsync(EndTimeout, cancellationToken);
        }
        catch (TimeoutException e)
        {
            throw new NotHeldException($"The stage processed {Interlocked.Read(ref _processed):N0} of {options.Events:N0} events in {EndTimeout.TotalMinutes:0} min.", e);
        }
        finally
        {
            // A graceful stop checkpoints everything, which belongs to the price.
            await host.StopAsync(CancellationToken.None);
        }

        return _meter!.Stop(options.Events);
    }

    private void Count()
    {
        var processed = Interlocked.Increment(ref _processed);
        if (processed == 1)
            _meter = new ProcessMeter(pauses);
        if (processed == options.Events)
            _done.SetResult();
    }
}
