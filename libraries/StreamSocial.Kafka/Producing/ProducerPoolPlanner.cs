namespace StreamSocial.Kafka.Producing;

/// <summary>How many producers a service needs, from the fact that a produce request carries one partition.</summary>
public static class ProducerPoolPlanner
{
    /// <summary>
    /// <c>ceil(partitions × roundTrip ÷ (brokers × linger))</c>: in one linger every active partition has one batch to send, and a
    /// producer sends one batch a round trip to each broker.
    /// </summary>
    /// <param name="activePartitions">Partitions written to all the time.</param>
    /// <param name="brokers">Brokers that lead them.</param>
    /// <param name="roundTrip">From a produce request to its acknowledgement by all replicas.</param>
    /// <param name="linger">How long a batch may gather.</param>
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
