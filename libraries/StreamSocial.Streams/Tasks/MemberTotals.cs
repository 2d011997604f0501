namespace StreamSocial.Streams.Tasks;

/// <summary>Totals of a member since it started; added to by lanes, read by the reporter and the metrics.</summary>
internal sealed class MemberTotals
{
    public long RecordsConsumed;
    public long EntriesProcessed;
    public long EntriesEmitted;
    public long DeadLetters;
    public long InputBytes;
    public long Checkpoints;
    public long ChangelogBytes;
    public long RestoredBytes;
    public long PartitionsRestored;

    /// <summary>Ticks of <see cref="TimeSpan"/> that lanes spent at work, summed over lanes.</summary>
    public long BusyTicks;
}
