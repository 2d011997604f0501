using CsCheck;
using StreamSocial.Ingest.HotKeys;

namespace StreamSocial.Ingest.Tests.HotKeys;

public class SpaceSavingSketchTests
{
    /// <summary>Streams in which a few of many keys are frequent, with weights.</summary>
    private static readonly Gen<(string Key, double Weight)[]> Streams = Gen.Select(
        Gen.Frequency((2, Gen.Int[0, 4]), (3, Gen.Int[0, 500])).Select(number => $"k{number}"), Gen.Double[0.1, 4]).Array[0, 2000];

    [Fact]
    public void KeysFrom_AnyStream_MissesNoKeyAboveItsShareAndOverstatesNoneByMore() =>
        Gen.Select(Gen.Int[1, 60], Streams).Sample((capacity, stream) =>
        {
            var sketch = new SpaceSavingSketch(capacity);
            var weights = new Dictionary<string, double>();
            foreach (var (key, weight) in stream)
            {
                sketch.Add(key, weight);
                weights[key] = weights.GetValueOrDefault(key) + weight;
            }

            const double Rounding = 1e-6;
            Assert.InRange(sketch.Count, 0, capacity);
            Assert.Equal(weights.Values.Sum(), sketch.Total, Rounding);
            var bound = sketch.Total / capacity;
            var found = sketch.KeysFrom(bound).ToHashSet();
            foreach (var (key, weight) in weights)
            {
                Assert.True(weight <= bound + Rounding || found.Contains(key), $"{key} has {weight} of {sketch.Total}, more than 1/{capacity}, and is missed.");
                Assert.InRange(sketch.BoundOf(key), weight - Rounding, weight + bound + Rounding);
            }
        }, iter: 500);

    [Fact]
    public void Scale_ThenMore_IsAsIfTheFormerHadWeighedLess() => Gen.Select(Streams, Streams).Sample((before, after) =>
    {
        var (scaled, plain) = (new SpaceSavingSketch(10), new SpaceSavingSketch(10));
        foreach (var (key, weight) in before)
        {
            scaled.Add(key, weight);
            plain.Add(key, weight / 4);
        }

        scaled.Scale(0.25);
        foreach (var (key, weight) in after)
        {
            scaled.Add(key, weight);
            plain.Add(key, weight);
        }

        Assert.Equal(plain.Total, scaled.Total, 1e-6);
        Assert.Equal(plain.KeysFrom(0).Order(), scaled.KeysFrom(0).Order());
    }, iter: 100);

    [Fact]
    public void Add_NewKeyWithoutRoom_TakesOverTheLightest()
    {
        var sketch = new SpaceSavingSketch(2);
        sketch.Add("heavy", 5);
        sketch.Add("light", 1);
        sketch.Add("new", 1);
        Assert.Equal(["heavy", "new"], sketch.KeysFrom(0).Order());
        Assert.Equal((5, 2, 2), (sketch.BoundOf("heavy"), sketch.BoundOf("new"), sketch.BoundOf("light")));
    }
}
