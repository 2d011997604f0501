using StreamSocial.Cli.Drills.Measuring;

namespace StreamSocial.Unit.Tests.Cli.Drills.Measuring;

public sealed class PauseTrackerTests
{
    private readonly PauseTracker _tracker = new("t", 1);

    [Fact]
    public void OpenAt_PartitionWithoutInput_DoesNotPause()
    {
        End(0, 5);
        Position(0, 5);
        End(60, 5);
        Assert.Empty(_tracker.Pauses);
        Assert.Empty(_tracker.OpenAt(At(60)));
    }

    [Fact]
    public void Pauses_InputThatWaits_FromItsArrivalToTheNextProgress()
    {
        End(0, 5);
        Position(1, 5);
        End(3, 6);
        End(4, 9);
        Assert.Equal(At(4), Assert.Single(_tracker.OpenAt(At(7))).Length);
        Position(8, 6);
        var pause = _tracker.Pauses[^1];
        Assert.Equal((("t", 0), At(3), At(8)), (pause.Partition, pause.From, pause.To));
        Assert.Equal(At(2), Assert.Single(_tracker.OpenAt(At(10))).Length);
    }

    [Fact]
    public void Pauses_NewOwnerThatRepeats_UntilItIsBeyondTheOldOne()
    {
        Position(1, 10);
        End(1, 20);
        Position(2, 4);
        Position(3, 10);
        Assert.Empty(_tracker.Pauses);
        Position(4, 11);
        Assert.Equal(At(3), Assert.Single(_tracker.Pauses).Length);
    }

    [Fact]
    public void Pauses_WordThatComesLate_CountsFromWhenItWasSo()
    {
        Position(0, 5);
        End(1, 6);
        End(8, 7);
        // The sixth record was processed within a second; the next came long afterwards.
        Position(2, 6);
        Assert.Equal(At(1), Assert.Single(_tracker.Pauses).Length);
        Assert.Equal(At(1), Assert.Single(_tracker.OpenAt(At(9))).Length);
        Position(9, 7);
        Assert.Equal(At(1), _tracker.Pauses[^1].Length);
    }

    [Fact]
    public void LongestUnseen_OfTimesBetweenWholeReadings_IsTheLongestWithinTheSpan()
    {
        End(0, 5);
        End(0.1, 6);
        End(1, null);
        End(2.1, 7);
        End(2.4, 8);

        Assert.Equal(At(2), _tracker.LongestUnseen(At(1), At(2.4)));
        Assert.Equal(TimeSpan.Zero, _tracker.LongestUnseen(At(2.1), At(2.8)));
        Assert.Equal(At(5), _tracker.LongestUnseen(At(3), At(7.4)));
    }

    [Fact]
    public void OpenAt_UnknownPositionOrEnd_EndsNoPauseAndBeginsNone()
    {
        Position(0, 5);
        End(0, null);
        Assert.Empty(_tracker.OpenAt(At(1)));
        End(1, 6);
        End(2, null);
        Position(3, -1);
        Assert.Empty(_tracker.Pauses);
        Assert.Equal(At(8), Assert.Single(_tracker.OpenAt(At(9))).Length);
    }

    [Fact]
    public void OpenAt_EndKnownAfterItsPosition_DoesNotPause()
    {
        Position(1, 9);
        End(2, 9);
        Assert.Empty(_tracker.OpenAt(At(3)));
    }

    [Fact]
    public void Processed_OwnerThatFallsBack_KeepsWhatWasProcessed()
    {
        Position(0, 10);
        Position(1, 3);
        Assert.Equal(10, _tracker.Processed);
    }

    private static TimeSpan At(double seconds) => TimeSpan.FromSeconds(seconds);

    private void Position(double seconds, long position) => _tracker.ObservePosition(At(seconds), 0, position);

    private void End(double seconds, long? end) => _tracker.ObserveEnds(At(seconds), [end]);
}
