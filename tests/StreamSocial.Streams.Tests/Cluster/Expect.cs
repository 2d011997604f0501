using System.Diagnostics;

namespace StreamSocial.Streams.Tests.Cluster;

/// <summary>Waits for a condition; a timeout says which phase, and what was there instead.</summary>
internal static class Expect
{
    public static async Task EventuallyAsync(string phase, Func<bool> condition, Func<string> actual, int seconds = 30)
    {
        var started = Stopwatch.GetTimestamp();
        while (!condition())
        {
            if (Stopwatch.GetElapsedTime(started) > TimeSpan.FromSeconds(seconds))
                Assert.Fail($"{phase}: not within {seconds} s; there was {actual()}");
            await Task.Delay(50);
        }
    }
}
