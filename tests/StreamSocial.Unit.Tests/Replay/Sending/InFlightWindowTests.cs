using Microsoft.Extensions.Time.Testing;
using StreamSocial.Replay.Sending;

namespace StreamSocial.Unit.Tests.Replay.Sending;

public sealed class InFlightWindowTests
{
    private static readonly TimeSpan Target = TimeSpan.FromSeconds(4);
    private static readonly CancellationToken Token = TestContext.Current.CancellationToken;
    private readonly FakeTimeProvider _time = new(DateTimeOffset.UnixEpoch);

    [Fact]
    public async Task Leave_AnsweredInTime_GrowsToTheMaximum()
    {
        var window = new InFlightWindow(16, Target, _time);

        await AnswerAsync(window, 40, Target / 2, wasRefused: false);

        Assert.Equal(16, window.Size);
    }

    [Theory]
    [InlineData(5, false)]
    [InlineData(1, true)]
    public async Task Leave_TooLateOrRefused_ShrinksOnceForAllThatWereInFlight(int seconds, bool wasRefused)
    {
        var window = new InFlightWindow(16, Target, _time);
        await AnswerAsync(window, 40, Target / 2, wasRefused: false);

        await AnswerAsync(window, 5, TimeSpan.FromSeconds(seconds), wasRefused);
        Assert.Equal(10, window.Size);

        _time.Advance(Target);
        await AnswerAsync(window, 1, TimeSpan.FromSeconds(seconds), wasRefused);
        Assert.Equal(7, window.Size);
    }

    [Theory]
    [InlineData(1, 16)]
    [InlineData(3, 11)]
    public async Task Leave_InTimeAgain_GrowsTheFasterTheSoonerAnswersCome(int seconds, int expected)
    {
        var window = new InFlightWindow(64, Target, _time);
        await AnswerAsync(window, 11, Target / 2, wasRefused: false);
        await AnswerAsync(window, 1, Target, wasRefused: true);
        Assert.Equal(10, window.Size);

        await AnswerAsync(window, 12, TimeSpan.FromSeconds(seconds), wasRefused: false);

        Assert.Equal(expected, window.Size);
    }

    [Fact]
    public async Task Leave_NeverInTime_OneStaysInFlight()
    {
        var window = new InFlightWindow(16, Target, _time);

        for (var i = 0; i < 20; i++)
        {
            _time.Advance(Target);
            await AnswerAsync(window, 1, 2 * Target, wasRefused: false);
        }

        Assert.Equal(1, window.Size);
    }

    [Fact]
    public async Task EnterAsync_AllInFlight_WaitsForOneToLeave()
    {
        var window = new InFlightWindow(2, Target, _time);
        await window.EnterAsync(Token);
        await window.EnterAsync(Token);

        var third = window.EnterAsync(Token);
        Assert.False(third.IsCompleted);

        window.Leave(Target, wasRefused: false);
        await third;
    }

    private static async Task AnswerAsync(InFlightWindow window, int requests, TimeSpan elapsed, bool wasRefused)
    {
        for (var i = 0; i < requests; i++)
        {
            await window.EnterAsync(Token);
            window.Leave(elapsed, wasRefused);
        }
    }
}
