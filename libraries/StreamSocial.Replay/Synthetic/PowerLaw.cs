namespace StreamSocial.Replay.Synthetic;

/// <summary>Draws ranks 0, 1, 2, … in proportion to (rank + 1) to the power of minus the exponent.</summary>
internal sealed class PowerLaw
{
    private readonly double[] _cumulative;

    public PowerLaw(int count, double exponent)
    {
        _cumulative = new double[count];
        var sum = 0.0;
        for (var rank = 0; rank < count; rank++)
            _cumulative[rank] = sum += Math.Pow(rank + 1, -exponent);
    }

    public int Draw(Random random)
    {
        var index = Array.BinarySearch(_cumulative, random.NextDouble() * _cumulative[^1]);
        return Math.Min(index < 0 ? ~index : index, _cumulative.Length - 1);
    }
}
