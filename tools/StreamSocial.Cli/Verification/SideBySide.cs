namespace StreamSocial.Cli.Verification;

/// <summary>Runs what happens to a topology beside the replay; the failure of either ends both.</summary>
internal static class SideBySide
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
