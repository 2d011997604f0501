using StreamSocial.Cli.Drills.Members;
using StreamSocial.Streams.Testing.Groups;

namespace StreamSocial.Unit.Tests.Cli.Drills.Members;

public sealed class MembersDrillTests
{
    [Theory]
    [InlineData(100, "1,2,5,10,20,50,100,50,10,1")]
    [InlineData(1000, "1,2,5,10,20,50,100,200,500,1000,500,100,1")]
    [InlineData(30, "1,2,5,10,20,30,15,3,1")]
    [InlineData(5, "1,2,5,2,1")]
    [InlineData(2, "1,2,1")]
    [InlineData(1, "1")]
    public void Steps_UpToANumber_AndBack(int most, string expected) => Assert.Equal(expected, string.Join(',', MemberSteps.UpTo(most)));

    [Fact]
    public void Model_OfALine_FindsIt()
    {
        var model = SettleModel.Fit([(2, Seconds(1.2)), (10, Seconds(2)), (50, Seconds(6)), (100, Seconds(11))])!;
        Assert.Equal((1.0, 0.1, 0.0), (Math.Round(model.Base.TotalSeconds, 6), Math.Round(model.PerMember.TotalSeconds, 6), Math.Round(model.Error.TotalSeconds, 6)));
        Assert.Equal(101, model.At(1_000).TotalSeconds, precision: 4);
    }

    [Fact]
    public void Model_SoonerWithMoreMembers_IsTheMean()
    {
        var model = SettleModel.Fit([(2, Seconds(3)), (10, Seconds(2)), (50, Seconds(1))])!;
        Assert.Equal((TimeSpan.Zero, Seconds(2)), (model.PerMember, model.At(1_000)));
        Assert.True(model.Error > TimeSpan.Zero);
    }

    [Fact]
    public void Model_TooFewMeasurements_IsNone()
    {
        Assert.Null(SettleModel.Fit([(2, Seconds(3)), (10, Seconds(2))]));
        Assert.Null(SettleModel.Fit([(2, Seconds(3)), (2, Seconds(2)), (2, Seconds(1))]));
    }

    [Fact]
    public void ModelOfRun_OnlyStepsAtWhichMembersJoinedAGroup()
    {
        var run = new ProtocolRun("consumer", [Step(0, 1, 90), Step(1, 2, 1), Step(2, 5, 1), Step(5, 9, 1), Step(9, 20, null), Step(20, 1, 50)]);
        Assert.Equal((3, Seconds(1)), (run.Model!.Points, run.Model.At(1)));
    }

    [Fact]
    public void CheckOfRun_FitsWithoutTheLargestStep()
    {
        var run = new ProtocolRun("consumer", [Step(0, 1, 90), Step(1, 2, 1.2), Step(2, 5, 1.5), Step(5, 10, 2), Step(10, 20, 30), Step(20, 1, 50)]);
        Assert.Equal((3.0, 30.0), (Math.Round(run.Check!.Predicted.TotalSeconds, 6), run.Check.Measured.TotalSeconds));
        Assert.Null(new ProtocolRun("consumer", [Step(0, 1, 90), Step(1, 2, 1), Step(2, 5, 1), Step(5, 10, 2)]).Check);
    }

    [Fact]
    public void Passed_EachPartitionOwnedOnceAtEachStep_AndOnlyThen()
    {
        Assert.True(Report([Step(0, 1, 2), Step(1, 2, 1)]).Passed);
        Assert.False(Report([Step(0, 1, 2)]).Passed);
        Assert.False(Report([Step(0, 1, 2), Step(1, 2, null)]).Passed);
        Assert.False(Report([Step(0, 1, 2), Step(1, 2, 1) with { Unowned = 1 }]).Passed);
        Assert.False(Report([Step(0, 1, 2), Step(1, 2, 1) with { OwnedTwice = 1 }]).Passed);
    }

    private static MembersReport Report(IReadOnlyList<GroupStep> steps) => new("process", 6, [1, 2], [new ProtocolRun("consumer", steps)], "");

    private static GroupStep Step(int from, int to, double? seconds) =>
        new(from, to, seconds is { } known ? Seconds(known) : null, Moved: 0, GivenBack: 0, Overlaps: 0, Unowned: 0, OwnedTwice: 0);

    private static TimeSpan Seconds(double seconds) => TimeSpan.FromSeconds(seconds);
}
