using System.Globalization;

namespace StreamSocial.Events.Keys;

/// <summary>
/// The anti-pattern, for comparison: a rising key, constant over a block of events, as a timestamp cut to seconds or an id range is.
/// Over a day the partitions look even; at any moment a single one takes the whole load, and no user's events stay together.
/// </summary>
/// <param name="blockEvents">Successive events that share a key, 1 or more.</param>
public sealed class SequentialKeyStrategy(int blockEvents) : IKeyStrategy
{
    private readonly int _blockEvents = blockEvents >= 1 ? blockEvents : throw new ArgumentOutOfRangeException(nameof(blockEvents), blockEvents, "A block has at least 1 event.");

    public string Name => "sequential";

    public string KeyOf(in KeySource source) => (source.Sequence / _blockEvents).ToString(CultureInfo.InvariantCulture);
}
