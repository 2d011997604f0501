using StreamSocial.Replay.Sending;

namespace StreamSocial.Unit.Tests.Replay.Sending;

public sealed class KeyAssignmentTests
{
    [Fact]
    public void Assign_EventsOfOneKeyUnderWay_StayWithTheirWorker()
    {
        var keys = new KeyAssignment(workers: 4, batchSize: 2);

        var first = keys.Assign("a");
        foreach (var other in new[] { "b", "c", "d", "e", "f" })
            keys.Assign(other);

        Assert.Equal(first, keys.Assign("a"));
        keys.Release(["a"]);
        Assert.Equal(first, keys.Assign("a"));
    }

    [Fact]
    public void Assign_BatchFull_TheWorkerWithTheLeastToDoIsNext()
    {
        var keys = new KeyAssignment(workers: 3, batchSize: 2);

        int[] workers = [.. new[] { "a", "b", "c", "d", "e", "f" }.Select(keys.Assign)];
        keys.Release(["c", "d"]);

        Assert.Equal([0, 0, 1, 1, 2, 2], workers);
        Assert.Equal(1, keys.Assign("g"));
    }

    [Fact]
    public void Assign_KeyNotUnderWay_MayGoToAnother()
    {
        var keys = new KeyAssignment(workers: 2, batchSize: 1);
        var first = keys.Assign("a");
        keys.Assign("b");
        keys.Release(["b", "a"]);

        keys.Assign("c");

        Assert.NotEqual(first, keys.Assign("a"));
    }

    [Fact]
    public void TryAssign_TwoKeys_BothStayWithOneWorker()
    {
        var keys = new KeyAssignment(workers: 3, batchSize: 1);
        var first = keys.Assign("a");
        var second = keys.Assign("b");
        Assert.NotEqual(first, second);

        Assert.Null(keys.TryAssign("a", "b", out var released));
        Assert.False(released.IsCompleted);
        keys.Release(["b"]);
        Assert.True(released.IsCompleted);
        Assert.Equal(first, keys.TryAssign("a", "b", out _));
        keys.Release(["a"]);

        Assert.Equal((first, first), (keys.Assign("a"), keys.Assign("b")));
        Assert.Equal(second, keys.Assign("c"));
        Assert.Equal(second, keys.TryAssign("d", "c", out _));
    }

    [Fact]
    public void StartNextBatch_BatchSentBeforeItWasFull_NextKeyGoesToAnother()
    {
        var keys = new KeyAssignment(workers: 2, batchSize: 100);
        var first = keys.Assign("a");

        keys.StartNextBatch();

        Assert.NotEqual(first, keys.Assign("b"));
    }
}
