using StreamSocial.Scaling.Signals;

namespace StreamSocial.Unit.Tests.Scaling.Signals;

public sealed class DailyForecastTests
{
    private static readonly DateTimeOffset Midnight = new(2030, 1, 1, 0, 0, 0, TimeSpan.Zero);

    [Fact]
    public void RiseWithin_NoEarlierDay_IsUnknown()
    {
        var forecast = new DailyForecast(days: 3);
        Observe(forecast, day: 0, factor: 1);

        Assert.Null(forecast.RiseWithin(Midnight.AddHours(7.9), TimeSpan.FromMinutes(5), 100));
    }

    [Fact]
    public void RiseWithin_BeforeTheMorningsRise_SaysHowMuchItRose()
    {
        var forecast = new DailyForecast(days: 3);
        Observe(forecast, day: 0, factor: 1);
        Observe(forecast, day: 1, factor: 2);

        Assert.Equal(10, forecast.RiseWithin(Midnight.AddDays(2).AddHours(7.92), TimeSpan.FromMinutes(5), 100));
        Assert.Equal(1, forecast.RiseWithin(Midnight.AddDays(2).AddHours(4), TimeSpan.FromMinutes(5), 100));
        // What falls is not expected to rise.
        Assert.Equal(1, forecast.RiseWithin(Midnight.AddDays(2).AddHours(19.92), TimeSpan.FromMinutes(5), 100));
    }

    /// <summary>What came back yesterday has not been away today.</summary>
    [Theory]
    [InlineData(1_000, 1)]
    [InlineData(100, 10)]
    [InlineData(1, 1_000)]
    public void RiseWithin_HardlyAnythingArrivedAtThisTimeOfYesterday_IsWhatIsMissingToItsUsualLoad(double arriving, double rise)
    {
        var forecast = new DailyForecast(days: 1);
        foreach (var (minute, rate) in new[] { (0, 1_000), (5, 1), (10, 1_000) })
            forecast.Add(Midnight.AddMinutes(minute), rate);

        Assert.Equal(rise, forecast.RiseWithin(Midnight.AddDays(1).AddMinutes(7), TimeSpan.FromMinutes(1), arriving));
    }

    [Fact]
    public void RiseWithin_DaysTooLongAgo_AreForgotten()
    {
        var forecast = new DailyForecast(days: 1);
        Observe(forecast, day: 0, factor: 1);

        Assert.Null(forecast.RiseWithin(Midnight.AddDays(2).AddHours(7.92), TimeSpan.FromMinutes(5), 100));
    }

    /// <summary>100/s, and ten times as much from 8:00 to 20:00.</summary>
    private static void Observe(DailyForecast forecast, int day, double factor)
    {
        for (var minute = 0; minute < 24 * 60; minute++)
        {
            var at = Midnight.AddDays(day).AddMinutes(minute);
            forecast.Add(at, factor * (at.Hour is >= 8 and < 20 ? 1_000 : 100));
        }
    }
}
