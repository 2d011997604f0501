using System.Collections.Immutable;
using Microsoft.Extensions.Time.Testing;
using StreamSocial.Cli.Lab;
using StreamSocial.Kafka.Lag;

namespace StreamSocial.Unit.Tests.Cli.Lab;

public sealed class LoadRecorderTests
{
    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(100);

    [Fact]
    public Task Record_ALookEachSecond_RowsAreWhatCame() => RecordsTenEachSecondAsync(4);

    /// <summary>One look takes 3.5 s, and all that came meanwhile is in it.</summary>
    [Fact]
    public Task Record_ASlowLook_MakesNoSpike() => RecordsTenEachSecondAsync(8, delayOf: look => TimeSpan.FromSeconds(look == 3 ? 3.5 : 0));

    [Fact]
    public Task Record_AnEndThatIsNotKnownForAWhile_MakesNoSpike() => RecordsTenEachSecondAsync(6, isKnown: look => look is < 3 or > 4);

    [Fact]
    public Task Record_EndsThatAreNoLongerKnown_EndTheRecordingWhereTheyWere() => RecordsTenEachSecondAsync(6, isKnown: look => look <= 4, recorded: 4);

    /// <summary>Ten records arrive each second, one each tenth.</summary>
    private static Task RecordsTenEachSecondAsync(
        int seconds, Func<int, TimeSpan>? delayOf = null, Func<int, bool>? isKnown = null, int? recorded = null) => Task.Run(async () =>
    {
        var time = new FakeTimeProvider();
        var start = time.GetTimestamp();
        var looks = 0;
        var recorder = new LoadRecorder(ReadAsync, [("t", 1)], time);
        var recording = recorder.RecordAsync(TimeSpan.FromSeconds(seconds), "test", new Progress<(int, long)>(), TestContext.Current.CancellationToken);
        while (!recording.IsCompleted)
        {
            // What waits for the time goes on within this call.
            time.Advance(Tick);
        }
        Assert.Equal(Enumerable.Repeat(10, recorded ?? seconds), (await recording).Topics[0].Records.Select(row => (int)MathF.Round(row[0])));

        async Task<ImmutableArray<TopicLogEnds>> ReadAsync(IReadOnlyList<(string Name, int Partitions)> topics, CancellationToken cancellationToken)
        {
            var look = looks++;
            if (delayOf?.Invoke(look) is { Ticks: > 0 } delay)
                await Task.Delay(delay, time, cancellationToken);
            return [new TopicLogEnds("t", [isKnown?.Invoke(look) is false ? null : time.GetElapsedTime(start).Ticks / Tick.Ticks])];
        }
    });
}
