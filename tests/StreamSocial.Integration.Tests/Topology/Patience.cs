using System.Diagnostics;

namespace StreamSocial.Integration.Tests.Topology;

/// <summary>Waits for what comes in its own time; a timeout says what was expected and what was there.</summary>
internal static class Patience
{
    public static async Task UntilAsync(string expectation, Func<Task<bool>> condition, Func<string> actual, int seconds = 60)
    {
        var started = Stopwatch.GetTimestamp();
        while (!await condition())
        {
            if (Stopwatch.GetElapsedTime(started) > TimeSpan.FromSeconds(seconds))
                Assert.Fail($"{expectation}: not within {seconds} s; there was {actual()}");
            await Task.Delay(100, TestContext.Current.CancellationToken);
        }
    }
}
