using StreamSocial.AppHost.Scaling;

namespace StreamSocial.Unit.Tests.AppHost.Scaling;

public sealed class ReplicaPlanTests
{
    [Theory]
    // running, wanted, to start, to stop
    [InlineData("1", 1, "", "")]
    [InlineData("1", 3, "2 3", "")]
    [InlineData("1 2 3 4", 2, "", "4 3")]
    [InlineData("1 3", 3, "2", "")] // the gap first
    [InlineData("2 4", 2, "", "")] // the right number, whichever they are
    [InlineData("2 4", 1, "", "4")]
    [InlineData("", 2, "1 2", "")]
    [InlineData("1 2 3 4", 0, "", "4 3 2 1")]
    [InlineData("1 2 3 4", 9, "", "")] // no more are declared
    public void For_RunningAndWanted_StartsTheLowestAndStopsTheHighest(string running, int wanted, string start, string stop)
    {
        var active = Numbers(running);
        // In no particular order: the plan must not depend on it.
        var replicas = new[] { 3, 1, 4, 2 }.Select(number => new ReplicaState(number, active.Contains(number), active.Contains(number)));

        var plan = ReplicaPlan.For(wanted, replicas);

        Assert.Equal(Numbers(start), plan.Start);
        Assert.Equal(Numbers(stop), plan.Stop);
    }

    [Fact]
    public void For_ReplicaStartsAndIsNotReadyYet_CountsAsRunning()
    {
        var plan = ReplicaPlan.For(2, [new ReplicaState(1, Active: true, Ready: true), new ReplicaState(2, Active: true, Ready: false), new ReplicaState(3, false, false)]);

        Assert.Empty(plan.Start);
        Assert.Empty(plan.Stop);
    }

    [Fact]
    public void For_SameNumberAfterACrash_StartsTheCrashedOneAgain()
    {
        var plan = ReplicaPlan.For(2, [new ReplicaState(1, Active: false, Ready: false), new ReplicaState(2, Active: true, Ready: true), new ReplicaState(3, false, false)]);

        Assert.Equal([1], plan.Start);
        Assert.Empty(plan.Stop);
    }

    private static int[] Numbers(string text) =>
        [.. text.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(number => int.Parse(number, System.Globalization.CultureInfo.InvariantCulture))];
}
