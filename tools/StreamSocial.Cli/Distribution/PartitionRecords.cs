namespace StreamSocial.Cli.Distribution;

/// <summary>What one partition's log holds.</summary>
/// <param name="Partition">Its number.</param>
/// <param name="BeginOffset">Offset of the first record that is still there.</param>
/// <param name="NextOffset">Offset that the next record will get.</param>
internal readonly record struct PartitionRecords(int Partition, long BeginOffset, long NextOffset)
{
    /// <summary>Records written in all, those included that retention has taken since.</summary>
    public long Written => NextOffset;
}
