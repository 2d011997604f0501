namespace StreamSocial.Streams.Checkpoints;

/// <summary>How much of a changelog partition was written since the last whole copy of the state began.</summary>
internal sealed class ChangelogGrowth
{
    public long Bytes { get; private set; }

    public long Records { get; private set; }

    public void Add(long bytes, long records)
    {
        Bytes += bytes;
        Records += records;
    }

    public void Reset() => (Bytes, Records) = (0, 0);
}
