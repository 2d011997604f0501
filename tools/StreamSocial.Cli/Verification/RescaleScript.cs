using Spectre.Console;
using StreamSocial.Replay.Sending;

namespace StreamSocial.Cli.Verification;

/// <summary>Changes the number of feed generators as a replay goes on: up after one third, down after two.</summary>
/// <param name="scale">Changes it, and waits until it is so.</param>
/// <param name="up">Feed generators after one third.</param>
/// <param name="down">Feed generators after two thirds.</param>
/// <param name="next">Is told of the progress too.</param>
/// <param name="console">Output.</param>
internal sealed class RescaleScript(Func<int, CancellationToken, Task> scale, int up, int down, IProgress<ReplayProgress> next, IAnsiConsole console) : IProgress<ReplayProgress>
{
    private readonly TaskCompletionSource _firstThird = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _secondThird = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile bool _finished;

    /// <summary>Steps that began only when every event was acknowledged: they moved partitions to which nothing more came.</summary>
    public int LateSteps { get; private set; }

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
        await ScaleAsync("One third is sent", up, cancellationToken);
        await _secondThird.Task.WaitAsync(cancellationToken);
        await ScaleAsync("Two thirds are sent", down, cancellationToken);
    }

    /// <summary>A replay that ends before its last report must not leave the script waiting.</summary>
    public void Finish()
    {
        _finished = true;
        _firstThird.TrySetResult();
        _secondThird.TrySetResult();
    }

    private async Task ScaleAsync(string when, int replicas, CancellationToken cancellationToken)
    {
        var isLate = _finished;
        LateSteps += isLate ? 1 : 0;
        console.MarkupLineInterpolated($"{(isLate ? "All is acknowledged" : when)}: scaling to {replicas} feed generator(s)");
        await scale(replicas, cancellationToken);
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
