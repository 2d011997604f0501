using Microsoft.Extensions.Time.Testing;
using StreamSocial.Streams.Hosting;

namespace StreamSocial.Streams.Tests.Hosting;

public sealed class RateQuotaTests
{
    private readonly FakeTimeProvider _time = new();

    [Fact]
    public void Wait_AfterEntries_IsTheTimeThatTheyCost()
    {
        var quota = new RateQuota(1000, _time);

        quota.Take(300);

        Assert.Equal(TimeSpan.FromMilliseconds(300), quota.Wait);
        _time.Advance(TimeSpan.FromMilliseconds(299));
        Assert.Equal(TimeSpan.FromMilliseconds(1), quota.Wait);
        _time.Advance(TimeSpan.FromMilliseconds(1));
        Assert.Equal(TimeSpan.Zero, quota.Wait);
    }

    [Fact]
    public void Take_AfterALongIdleTime_HasATenthOfASecondInStock()
    {
        var quota = new RateQuota(1000, _time);
        _time.Advance(TimeSpan.FromMinutes(1));

        quota.Take(100);
        Assert.Equal(TimeSpan.Zero, quota.Wait);
        quota.Take(50);
        Assert.Equal(TimeSpan.FromMilliseconds(50), quota.Wait);
    }

    [Fact]
    public void Take_OverManySeconds_NeverGivesMoreThanTheRate()
    {
        var quota = new RateQuota(1000, _time);
        var taken = 0;
        for (var tick = 0; tick < 10_000; tick++)
        {
            if (quota.Wait <= TimeSpan.Zero)
            {
                quota.Take(7);
                taken += 7;
            }
            _time.Advance(TimeSpan.FromMilliseconds(1));
        }

        Assert.InRange(taken, 9_900, 10_110);
    }

    [Fact]
    public void Wait_WithoutACap_IsNone()
    {
        var quota = new RateQuota(0, _time);

        quota.Take(int.MaxValue);

        Assert.Equal(TimeSpan.Zero, quota.Wait);
    }
}
