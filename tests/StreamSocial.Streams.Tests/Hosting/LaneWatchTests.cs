using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;
using StreamSocial.Streams.Hosting;

namespace StreamSocial.Streams.Tests.Hosting;

public sealed class LaneWatchTests : ILogger<LaneWatch>
{
    private readonly FakeTimeProvider _time = new();
    private readonly List<string> _said = [];

    [Fact]
    public void Lane_StandsStillAndGoesOn_IsSaidOnceEach()
    {
        var turnedAt = _time.GetTimestamp();
        using var watch = new LaneWatch([("lane-0", () => _time.GetElapsedTime(turnedAt)), ("lane-1", () => TimeSpan.Zero)], _time, this);
        watch.Start();

        _time.Advance(LaneWatch.Standstill - TimeSpan.FromSeconds(1));
        Assert.Null(watch.Problem);
        Assert.Empty(_said);

        for (var i = 0; i < 20; i++)
            _time.Advance(TimeSpan.FromSeconds(5));
        Assert.Equal("lane-0 has stood still for 129 s: a store, a disk or a processor does not return.", watch.Problem);
        Assert.Contains("lane-0 has stood still", Assert.Single(_said), StringComparison.Ordinal);

        turnedAt = _time.GetTimestamp();
        Assert.Null(watch.Problem);
        _time.Advance(TimeSpan.FromSeconds(5));
        Assert.Equal("lane-0 goes on", _said[^1]);
    }

    IDisposable? ILogger.BeginScope<TState>(TState state) => null;

    bool ILogger.IsEnabled(LogLevel logLevel) => true;

    void ILogger.Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
        _said.Add(formatter(state, exception));
}
