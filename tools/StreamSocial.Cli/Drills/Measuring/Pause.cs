namespace StreamSocial.Cli.Drills.Measuring;

/// <summary>A time in which a partition had input and nothing new of it was processed.</summary>
/// <param name="Partition">Its topic and number.</param>
/// <param name="From">When something new was last processed, or when input came after that.</param>
/// <param name="To">When something new was processed again.</param>
internal readonly record struct Pause((string Topic, int Partition) Partition, TimeSpan From, TimeSpan To)
{
    public TimeSpan Length => To - From;
}
