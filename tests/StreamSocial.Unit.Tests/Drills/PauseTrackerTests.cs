using StreamSocial.Cli.Drills.Measuring;

namespace StreamSocial.Unit.Tests.Drills;

public sealed class PauseTrackerTests
{
    private readonly PauseTracker _tracker = new("t", 1);

    [Fact]
    public void Observe_PartitionWithoutInput_DoesNotPause()
    {
        Observe(0, 5, 5);
        Observe(60, 5, 5);
        Assert.Empty(_tracker.Pauses);
        Assert.Empty(_tracker.OpenAt(At(60)));
    }

    [Fact]
    public void Observe_InputThatWaits_PausesFromTheLastMomentWithoutInputToTheNextProgress()
    {
        Observe(0, 5, 5);
        Observe(1, 5, 6);
        Observe(4, 5, 9);
        Assert.Equal(At(4), Assert.Single(_tracker.OpenAt(At(4))).Length);
        Observe(7, 6, 9);
        var pause = Assert.Single(_tracker.Pauses);
        Assert.Equal((("t", 0), At(0), At(7)), (pause.Partition, pause.From, pause.To));
    }

    [Fact]
    public void Observe_NewOwnerThatRepeats_PausesUntilItIsBeyondTheOldOne()
    {
        Observe(0, 10, 20);
        Observe(1, null, 20);
        Observe(2, 4, 20);
        Observe(3, 10, 20);
        Assert.Empty(_tracker.Pauses);
        Observe(4, 11, 20);
        Assert.Equal(At(4), Assert.Single(_tracker.Pauses).Length);
    }

    [Fact]
    public void Observe_UnknownPositionOrEnd_EndsNoPauseAndBeginsNone()
    {
        Observe(0, 5, null);
        Observe(1, 5, 6);
        Observe(2, 5, null);
        Observe(3, null, 6);
        Assert.Empty(_tracker.Pauses);
        Assert.Equal(At(9), Assert.Single(_tracker.OpenAt(At(9))).Length);
    }

    [Fact]
    public void Processed_OwnerThatFallsBack_KeepsWhatWasProcessed()
    {
        Observe(0, 10, 10);
        Observe(1, 3, 10);
        Assert.Equal(10, _tracker.Processed);
    }

    private static TimeSpan At(int seconds) => TimeSpan.FromSeconds(seconds);

    private void Observe(int seconds, long? position, long? end) => _tracker.Observe(At(seconds), [position], [end]);
}
