using System.Diagnostics;

namespace StreamSocial.Kafka.Tests;

/// <summary>Waits for a condition and says what was there instead when it does not come.</summary>
internal static class Until
{
    public static Task TrueAsync(string phase, Func<bool> condition, Func<string> was, TimeSpan timeout) =>
        TrueAsync(phase, () => Task.FromResult(condition()), was, timeout);

    public static async Task TrueAsync(string phase, Func<Task<bool>> condition, Func<string> was, TimeSpan timeout)
    {
        var started = Stopwatch.GetTimestamp();
        while (!await condition())
        {
            if (Stopwatch.GetElapsedTime(started) > timeout)
                Assert.Fail($"{phase}: not within {timeout.TotalSeconds:0.#} s; there was {was()}.");
            await Task.Delay(5, TestContext.Current.CancellationToken);
        }
    }
}
