namespace StreamSocial.ServiceDefaults.Tests;

/// <summary>Waits for what must become true.</summary>
internal static class Eventually
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(60);

    public static async Task TrueAsync(string expectation, Func<Task<bool>> condition)
    {
        var started = TimeProvider.System.GetTimestamp();
        while (!await condition())
        {
            if (TimeProvider.System.GetElapsedTime(started) > Timeout)
                Assert.Fail($"{expectation}: not within {Timeout.TotalSeconds:0} s.");
            await Task.Delay(50, TestContext.Current.CancellationToken);
        }
    }
}
