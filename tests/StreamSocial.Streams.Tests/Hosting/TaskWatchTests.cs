using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using StreamSocial.Streams.Hosting;
using StreamSocial.Streams.Tasks;

namespace StreamSocial.Streams.Tests.Hosting;

public sealed class TaskWatchTests : IDisposable
{
    private static readonly TaskId Id = new("clicks", 3);
    private static readonly TimeSpan Retention = TimeSpan.FromHours(10);

    private readonly SetClock _time = new(DateTimeOffset.UnixEpoch.AddYears(50));
    private readonly TaskWatch _watch;
    private TaskProgress[] _progress = [];

    public TaskWatchTests()
    {
        _watch = new TaskWatch(() => _progress, _ => Retention, TimeSpan.FromSeconds(20), _time, NullLogger<TaskWatch>.Instance);
        _watch.Start();
    }

    public void Dispose() => _watch.Dispose();

    [Fact]
    public void Task_HasInputAndProcessesNothing_IsAProblemUntilItMoves()
    {
        Pass(50, next: 5, end: 9);
        Assert.Null(_watch.Problem);

        Pass(30, next: 5, end: 9);
        Assert.Contains("clicks/3 has input from 5 to 9 and has processed nothing for", _watch.Problem!, StringComparison.Ordinal);

        Pass(10, next: 6, end: 9);
        Assert.Null(_watch.Problem);
    }

    [Fact]
    public void Task_TheClockIsSetForward_IsNoProblem()
    {
        Pass(30, next: 5, end: 9);
        _time.WallClockAhead = TimeSpan.FromHours(1);

        Pass(20, next: 5, end: 9);

        Assert.Null(_watch.Problem);
    }

    [Fact]
    public void Task_ProcessesNothingWhileAnotherGoesOn_IsAProblemLater()
    {
        for (var look = 0; look < 40; look++)
        {
            _progress = [new TaskProgress(Id, 5, 9, 5, 1), new TaskProgress(new TaskId("clicks", 4), look, 1_000, look, 1)];
            _time.Advance(TimeSpan.FromSeconds(10));
            Assert.Equal(look >= 30, _watch.Problem is not null);
        }
    }

    [Fact]
    public void Task_HasNoInput_IsNoProblem()
    {
        Pass(600, next: 9, end: 9, committed: 9);

        Assert.Null(_watch.Problem);
    }

    [Fact]
    public void Task_ProcessesAndCheckpointsNothing_IsAProblemAfterSixIntervals()
    {
        for (var i = 0; i < 11; i++)
            Pass(10, next: 10 + i, end: 100, committed: 2);
        Assert.Null(_watch.Problem);

        for (var i = 0; i < 3; i++)
            Pass(10, next: 40 + i, end: 100, committed: 2);
        Assert.Contains("has had no checkpoint since 2 for", _watch.Problem!, StringComparison.Ordinal);
    }

    [Fact]
    public void Task_HasNoCheckpointWhileAnotherHas_IsAProblemLater()
    {
        for (var look = 0; look < 40; look++)
        {
            _progress = [new TaskProgress(Id, 10 + look, 100, 2, 1), new TaskProgress(new TaskId("clicks", 4), 10 + look, 100, 5 + look, 1)];
            _time.Advance(TimeSpan.FromSeconds(10));
            Assert.Equal(look >= 30, _watch.Problem is not null);
        }
    }

    [Fact]
    public void Task_PositionNearsRetention_IsAnAlarmAndNoProblem()
    {
        Pass(80, next: 5, end: 9, ageHours: 4.9);
        Assert.Null(_watch.Alarm);

        Pass(10, next: 6, end: 9, ageHours: 5.1);
        Assert.Equal("clicks/3 is at 6 of 9, whose records are 5.1 h old; the topic keeps them for 10.0 h.", _watch.Alarm);
        Assert.Null(_watch.Problem);

        // Whoever has processed everything loses nothing, nor does who has got something new this moment.
        Pass(10, next: 9, end: 9, ageHours: 9);
        Assert.Null(_watch.Alarm);
        Pass(10, next: 9, end: 10, ageHours: 9);
        Assert.Null(_watch.Alarm);
    }

    [Theory]
    [InlineData(long.MaxValue)]
    [InlineData(long.MinValue)]
    [InlineData(-1)]
    public void Task_LastRecordHasAnAbsurdTime_IsNoAlarmAndNoEnd(long timestamp)
    {
        _progress = [new TaskProgress(Id, 5, 9, 0, timestamp)];
        Wait(minutes: 5);

        Assert.Null(_watch.Alarm);
        Assert.NotNull(_watch.Problem);
    }

    [Fact]
    public void Task_WaitsUntilItsOutputsAreTaken_IsNoProblem()
    {
        _progress = [new TaskProgress(Id, 5, 9, 5, 1, IsHeld: true)];
        Wait(minutes: 30);

        Assert.Null(_watch.Problem);
    }

    [Theory]
    [InlineData(15, false)]
    [InlineData(17, true)]
    public void Task_HasProcessedAllThatItCanSee_IsAProblemOnlyAfterTheLongestTransaction(int minutes, bool expected)
    {
        _progress = [new TaskProgress(Id, 5, 9, 5, 1, IsAtEnd: true)];
        Wait(minutes);

        Assert.Equal(expected, _watch.Problem is not null);
    }

    [Fact]
    public void Task_Leaves_ItsTroublesAreOver()
    {
        Pass(100, next: 5, end: 9, ageHours: 9);
        Assert.NotNull(_watch.Problem);
        Assert.NotNull(_watch.Alarm);

        _progress = [];
        _time.Advance(TimeSpan.FromSeconds(10));

        Assert.Null(_watch.Problem);
        Assert.Null(_watch.Alarm);
    }

    private void Wait(int minutes)
    {
        for (var look = 0; look < minutes * 6; look++)
            _time.Advance(TimeSpan.FromSeconds(10));
    }

    private void Pass(int seconds, long next, long end, long committed = 0, double ageHours = 0)
    {
        for (var passed = 0; passed < seconds; passed += 10)
        {
            _progress = [new TaskProgress(Id, next, end, committed, (_time.GetUtcNow() + TimeSpan.FromSeconds(10) - TimeSpan.FromHours(ageHours)).ToUnixTimeMilliseconds())];
            _time.Advance(TimeSpan.FromSeconds(10));
        }
    }

    /// <summary>Its wall clock can be set, which moves no timer and no timestamp.</summary>
    private sealed class SetClock(DateTimeOffset start) : FakeTimeProvider(start)
    {
        public TimeSpan WallClockAhead { get; set; }

        public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + WallClockAhead;

        public override long GetTimestamp() => base.GetUtcNow().Ticks;
    }
}
