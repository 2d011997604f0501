using Microsoft.Extensions.Logging;

namespace StreamSocial.Streams.Hosting;

/// <summary>Says which step of its start a member takes, so that the last line tells where one stands that does not come to its end.</summary>
/// <param name="time">Measures how long a step takes.</param>
/// <param name="logger">Gets a line for each step, and a warning for one that takes long.</param>
internal sealed partial class StartSteps(TimeProvider time, ILogger<StartSteps> logger)
{
    private static readonly TimeSpan Long = TimeSpan.FromSeconds(15);

    /// <summary>Waits for a step.</summary>
    /// <param name="step">What is waited for.</param>
    /// <param name="stepAsync">Waits for it.</param>
    /// <param name="cancellationToken">The process is to stop.</param>
    /// <returns>False when the process is to stop before.</returns>
    public Task<bool> TakeAsync(string step, Func<CancellationToken, Task> stepAsync, CancellationToken cancellationToken) => TakeAsync(step, async () =>
    {
        try
        {
            await stepAsync(cancellationToken);
            return !cancellationToken.IsCancellationRequested;
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return false;
        }
    });

    /// <summary>The same for a step that says itself whether the start goes on.</summary>
    public async Task<bool> TakeAsync(string step, Func<Task<bool>> goesOnAsync)
    {
        LogStep(step);
        await using var late = time.CreateTimer(_ => LogLong(Long.TotalSeconds, step), null, Long, Timeout.InfiniteTimeSpan);
        return await goesOnAsync();
    }

    [LoggerMessage(Level = LogLevel.Debug, Message = "The start waits for {Step}")]
    private partial void LogStep(string step);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The member has not joined yet: for {Seconds:F0} s it has waited for {Step}")]
    private partial void LogLong(double seconds, string step);
}
