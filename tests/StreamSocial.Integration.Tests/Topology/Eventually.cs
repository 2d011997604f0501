using System.Diagnostics;

namespace StreamSocial.Integration.Tests.Topology;

/// <summary>Waits for a condition; a timeout says what was expected and what was there.</summary>
internal static class Eventually
{
    public static Task TrueAsync(string expectation, Func<Task<bool>> condition, Func<string> actual, int seconds = 60) =>
        TrueAsync(expectation, condition, () => Task.FromResult(actual()), seconds);

    public static async Task TrueAsync(string expectation, Func<Task<bool>> condition, Func<Task<string>> actual, int seconds = 60)
    {
        var started = Stopwatch.GetTimestamp();
        while (!await condition())
        {
            if (Stopwatch.GetElapsedTime(started) > TimeSpan.FromSeconds(seconds))
                Assert.Fail($"{expectation}: not within {seconds} s; there was {await actual()}");
            await Task.Delay(100, TestContext.Current.CancellationToken);
        }
    }
}
