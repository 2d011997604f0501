namespace StreamSocial.Kafka.Producing;

/// <summary>Plans the number of producers of a service, given that a produce request carries one partition.</summary>
public static class ProducerPoolPlanner
{
    /// <summary>
    /// <c>ceil(partitions × roundTrip ÷ (brokers × linger))</c>: every active partition has one batch to send per linger, and a producer sends
    /// one batch per round trip to each broker.
    /// </summary>
    /// <param name="activePartitions">Number of partitions written to continuously.</param>
    /// <param name="brokers">Number of brokers that lead them.</param>
    /// <param name="roundTrip">From a produce request to its acknowledgement by all replicas.</param>
    /// <param name="linger">How long a batch is gathered.</param>
    /// <param name="max">Upper bound.</param>
    /// <returns>1 to <paramref name="max"/>.</returns>
    public static int Plan(int activePartitions, int brokers, TimeSpan roundTrip, TimeSpan linger, int max)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(activePartitions);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(brokers);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(linger, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(max);
        var needed = Math.Ceiling(activePartitions * (roundTrip / linger) / brokers);
        return (int)Math.Clamp(needed, 1, max);
    }
}
