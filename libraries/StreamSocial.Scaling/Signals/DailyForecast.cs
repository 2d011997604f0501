namespace StreamSocial.Scaling.Signals;

/// <summary>
/// What arrives at each time of the day, as earlier days showed it. A day is cut into slots; of each, the mean arrival is kept for some days, and the
/// forecast of a slot is the mean of those. Not thread-safe.
/// </summary>
/// <param name="days">Days that are kept, at least 1.</param>
public sealed class DailyForecast(int days)
{
    private static readonly TimeSpan Slot = TimeSpan.FromMinutes(5);
    private static readonly int SlotsPerDay = (int)(TimeSpan.FromDays(1) / Slot);

    /// <summary>By slot since the epoch: sum and number of readings.</summary>
    private readonly Dictionary<long, (double Sum, int Count)> _slots = [];

    /// <summary>Adds a reading.</summary>
    /// <param name="at">When.</param>
    /// <param name="recordsPerSecond">What arrived.</param>
    public void Add(DateTimeOffset at, double recordsPerSecond)
    {
        var slot = SlotOf(at);
        var isNew = !_slots.TryGetValue(slot, out var past);
        _slots[slot] = (past.Sum + recordsPerSecond, past.Count + 1);
        if (!isNew)
            return;
        foreach (var old in _slots.Keys.Where(old => old < slot - ((long)days * SlotsPerDay)).ToArray())
            _slots.Remove(old);
    }

    /// <summary>
    /// The most that is expected between now and <paramref name="lead"/> later, as a multiple of what is expected now, or of what arrives now if that is more; null when
    /// no earlier day tells both. So a day that is busier than others as a whole is not taken for a rise, nor is what came back after an outage: a rise leads to no more
    /// than earlier days had.
    /// </summary>
    /// <param name="now">The time.</param>
    /// <param name="lead">How far to look ahead.</param>
    /// <param name="arriving">Records per second that arrive now, as far as is known.</param>
    public double? RiseWithin(DateTimeOffset now, TimeSpan lead, double arriving)
    {
        if (Expected(SlotOf(now)) is not { } expected || Math.Max(expected, arriving) is not (> 0 and var current))
            return null;
        var most = current;
        for (var slot = SlotOf(now) + 1; slot <= SlotOf(now + lead + Slot); slot++)
            most = Math.Max(most, Expected(slot) ?? 0);
        return most / current;
    }

    private double? Expected(long slot)
    {
        var (sum, count) = (0.0, 0);
        for (var day = 1; day <= days; day++)
        {
            if (_slots.TryGetValue(slot - ((long)day * SlotsPerDay), out var past))
                (sum, count) = (sum + (past.Sum / past.Count), count + 1);
        }
        return count == 0 ? null : sum / count;
    }

    private static long SlotOf(DateTimeOffset at) => at.UtcTicks / Slot.Ticks;
}
