using StreamSocial.Scaling.Lab.Loads;

namespace StreamSocial.Unit.Tests.Scaling.Lab;

public sealed class LoadChangesTests
{
    [Fact]
    public void Find_ConstantOrNoise_HasNoChangeButTheBeginning()
    {
        Assert.Equal([0], Changes(LoadShapes.Constant(3)));
        Assert.Equal([0], Changes(LoadShapes.Noisy(LoadShapes.Constant(3), 0.3, seed: 1)));
    }

    [Fact]
    public void Find_Step_IsOneChangeThatTheNextHalfMinuteShows()
    {
        var changes = Changes(LoadShapes.Levels((0, 1), (100, 10)));

        // Two seconds at 10 raise the mean of 30 s by more than half.
        Assert.Equal([0, 72], changes);
    }

    [Fact]
    public void Find_Ramp_IsAChangeEachTimeTheLoadHasRisenByHalf() => Assert.Equal(2, Changes(LoadShapes.Lines((0, 1), (300, 5))).Count - 1);

    [Fact]
    public void Shapes_AtGivenSeconds_HaveTheirLoads()
    {
        Assert.Equal([1, 1, 2, 3, 3], new[] { 0, 10, 15, 20, 99 }.Select(LoadShapes.Lines((10, 1), (20, 3))));
        Assert.Equal([1, 5], new[] { 9, 10 }.Select(LoadShapes.Levels((0, 1), (10, 5))));
        Assert.Equal([1, 2, 1], new[] { 0, 30, 60 }.Select(LoadShapes.Sawtooth(1, 3, 60)));
        Assert.Equal([1, 5, 1], new[] { 0, 720, 1440 }.Select(LoadShapes.Diurnal(1, 5, (1, 0))).Select(load => Math.Round(load, 6)));
    }

    private static IReadOnlyList<int> Changes(Func<int, double> shape) => LoadChanges.Find([.. Enumerable.Range(0, 300).Select(shape)]);
}
