using System.Diagnostics;

namespace StreamSocial.Kafka.Tests;

public sealed class ClientDisposalTests
{
    /// <summary>The producers of a service have ten seconds together; it could not stop in time if each had them.</summary>
    [Fact]
    public void DisposeOrLeave_SeveralDoNotEnd_TheyAreLeftTogetherAndTheOthersEnd()
    {
        using var never = new ManualResetEventSlim();
        var clients = Enumerable.Range(0, 6).Select(i => new Client(() => never.Wait(i % 2 == 0 ? TimeSpan.FromMinutes(2) : TimeSpan.Zero))).ToArray();
        var started = Stopwatch.GetTimestamp();

        Assert.False(clients.DisposeOrLeave());

        Assert.InRange(Stopwatch.GetElapsedTime(started), TimeSpan.FromSeconds(9), TimeSpan.FromSeconds(19));
        Assert.Equal([false, true, false, true, false, true], clients.Select(client => client.HasEnded));
        never.Set();
        Assert.True(SpinWait.SpinUntil(() => clients.All(client => client.HasEnded), TimeSpan.FromSeconds(10)));
    }

    private sealed class Client(Action end) : IDisposable
    {
        private volatile bool _hasEnded;

        public bool HasEnded => _hasEnded;

        public void Dispose()
        {
            end();
            _hasEnded = true;
        }
    }
}
