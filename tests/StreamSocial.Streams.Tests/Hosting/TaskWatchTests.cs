using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using StreamSocial.Streams.Hosting;
using StreamSocial.Streams.Tasks;

namespace StreamSocial.Streams.Tests.Hosting;

public sealed class TaskWatchTests : IDisposable
{
    private static readonly TaskId Id = new("clicks", 3);
    private static readonly TimeSpan Retention = TimeSpan.FromHours(10);

    private readonly FakeTimeProvider _time = new(DateTimeOffset.UnixEpoch.AddYears(50));
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
        Pass(55, next: 5, end: 9);
        Assert.Null(_watch.Problem);

        Pass(20, next: 5, end: 9);
        Assert.Contains("clicks/3 has input from 5 to 9 and has processed nothing for", _watch.Problem!, StringComparison.Ordinal);

        Pass(5, next: 6, end: 9);
        Assert.Null(_watch.Problem);
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
        for (var i = 0; i < 23; i++)
            Pass(5, next: 10 + i, end: 100, committed: 2);
        Assert.Null(_watch.Problem);

        for (var i = 0; i < 4; i++)
            Pass(5, next: 40 + i, end: 100, committed: 2);
        Assert.Contains("has had no checkpoint since 2 for", _watch.Problem!, StringComparison.Ordinal);
    }

    [Fact]
    public void Task_PositionNearsRetention_IsAnAlarmAndNoProblem()
    {
        Pass(5, next: 5, end: 9, ageHours: 4.9);
        Assert.Null(_watch.Alarm);

        Pass(5, next: 6, end: 9, ageHours: 5.1);
        Assert.Equal("clicks/3 is at 6 of 9, whose records are 5.1 h old; the topic keeps them for 10.0 h.", _watch.Alarm);
        Assert.Null(_watch.Problem);

        // Whoever has processed everything loses nothing.
        Pass(5, next: 9, end: 9, ageHours: 9);
        Assert.Null(_watch.Alarm);
    }

    [Fact]
    public void Task_Leaves_ItsTroublesAreOver()
    {
        Pass(100, next: 5, end: 9, ageHours: 9);
        Assert.NotNull(_watch.Problem);
        Assert.NotNull(_watch.Alarm);

        _progress = [];
        _time.Advance(TimeSpan.FromSeconds(5));

        Assert.Null(_watch.Problem);
        Assert.Null(_watch.Alarm);
    }

    private void Pass(int seconds, long next, long end, long committed = 0, double ageHours = 0)
    {
        for (var passed = 0; passed < seconds; passed += 5)
        {
            _progress = [new TaskProgress(Id, next, end, committed, (_time.GetUtcNow() + TimeSpan.FromSeconds(5) - TimeSpan.FromHours(ageHours)).ToUnixTimeMilliseconds())];
            _time.Advance(TimeSpan.FromSeconds(5));
        }
    }
}
