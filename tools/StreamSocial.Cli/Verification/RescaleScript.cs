using Spectre.Console;
using StreamSocial.Cli.Topology;
using StreamSocial.Replay.Sending;

namespace StreamSocial.Cli.Verification;

/// <summary>Changes the number of feed generators as a replay goes on: up after one third, down after two.</summary>
internal sealed class RescaleScript(TopologyRunner topology, int up, int down, IProgress<ReplayProgress> next, IAnsiConsole console) : IProgress<ReplayProgress>
{
    private readonly TaskCompletionSource _firstThird = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _secondThird = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <inheritdoc/>
    public void Report(ReplayProgress value)
    {
        if (value.FractionDone >= 1 / 3.0)
            _firstThird.TrySetResult();
        if (value.FractionDone >= 2 / 3.0)
            _secondThird.TrySetResult();
        next.Report(value);
    }

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        await _firstThird.Task.WaitAsync(cancellationToken);
        console.MarkupLineInterpolated($"One third is sent: scaling to {up} feed generators");
        await topology.ScaleAsync(up, cancellationToken);
        await _secondThird.Task.WaitAsync(cancellationToken);
        console.MarkupLineInterpolated($"Two thirds are sent: scaling to {down} feed generator(s)");
        await topology.ScaleAsync(down, cancellationToken);
    }

    /// <summary>A replay that ends before its last report must not leave the script waiting.</summary>
    public void Finish()
    {
        _firstThird.TrySetResult();
        _secondThird.TrySetResult();
    }
}

/// <summary>Runs what happens to a topology beside the replay; the failure of either ends both.</summary>
internal static class ScriptedReplay
{
    /// <param name="script">What happens.</param>
    /// <param name="replay">The replay.</param>
    /// <param name="onReplayed">Called when the replay has ended before the script.</param>
    /// <param name="cancellationToken">Ends both.</param>
    /// <returns>The replay's result.</returns>
    public static async Task<T> RunAsync<T>(
        Func<CancellationToken, Task> script, Func<CancellationToken, Task<T>> replay, Action onReplayed, CancellationToken cancellationToken)
    {
        using var failure = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var running = script(failure.Token);
        var replaying = replay(failure.Token);
        try
        {
            if (await Task.WhenAny(running, replaying) == running)
                await running;
            var result = await replaying;
            onReplayed();
            await running;
            return result;
        }
        catch
        {
            await failure.CancelAsync();
            // Neither may go on behind the back of who cleans up.
            await Task.WhenAll(running, replaying).ContinueWith(_ => { }, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
            throw;
        }
    }
}
