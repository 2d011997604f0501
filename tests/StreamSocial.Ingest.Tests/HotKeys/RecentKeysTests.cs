using Microsoft.Extensions.Time.Testing;
using StreamSocial.Ingest.HotKeys;

namespace StreamSocial.Ingest.Tests.HotKeys;

public class RecentKeysTests
{
    private static readonly TimeSpan HalfLife = TimeSpan.FromSeconds(10);
    private readonly FakeTimeProvider _time = new();
    private readonly RecentKeys _keys;

    public RecentKeysTests() => _keys = new(80, HalfLife, _time);

    [Fact]
    public void FindHeavy_RateHeld_IsFoundAtItsRateAndNotAboveIt()
    {
        Run(seconds: 100, second => Add("hot", 100));
        Assert.Equal(["hot"], _keys.FindHeavy(0.05, recordsPerSecond: 90));
        Assert.Empty(_keys.FindHeavy(0.05, recordsPerSecond: 110));
    }

    [Fact]
    public void FindHeavy_ShareBelow_IsNotHeavyHoweverManyRecords()
    {
        Run(seconds: 60, second =>
        {
            for (var key = 0; key < 50; key++)
                Add($"k{key}", 100);
        });
        Assert.Empty(_keys.FindHeavy(0.05, recordsPerSecond: 10));
    }

    [Fact]
    public void FindHeavy_CrowdGone_ForgetsIt()
    {
        Run(seconds: 30, second => Add("hot", 1000));
        Run(seconds: 60, second => Add("other", 1));
        Assert.Equal(["hot"], _keys.FindHeavy(0.05, recordsPerSecond: 5));
        Run(seconds: 60, second => Add("other", 1));
        Assert.Empty(_keys.FindHeavy(0.05, recordsPerSecond: 5));
    }

    /// <summary>The weights are scaled down on the way, which must not show.</summary>
    [Fact]
    public void FindHeavy_AfterDays_IsAsExactAsAtFirst()
    {
        Run(seconds: 30, second => Add("hot", 1000));
        _time.Advance(TimeSpan.FromDays(3));
        Run(seconds: 1000, second => Add("later", 100));
        Assert.Equal(["later"], _keys.FindHeavy(0.05, recordsPerSecond: 90));
        Assert.Empty(_keys.FindHeavy(0.05, recordsPerSecond: 110));
    }

    private void Run(int seconds, Action<int> each)
    {
        for (var second = 0; second < seconds; second++)
        {
            // In the middle of the second, on average.
            _time.Advance(TimeSpan.FromSeconds(0.5));
            each(second);
            _time.Advance(TimeSpan.FromSeconds(0.5));
        }
    }

    private void Add(string key, int records)
    {
        for (var i = 0; i < records; i++)
            _keys.Add(key);
    }
}
