namespace StreamSocial.Events.Topics;

/// <summary>How many partitions the topics have.</summary>
public enum TopologyProfile
{
    /// <summary>The counts of the design: 1000, 500 and 1000 for the inputs.</summary>
    Full,

    /// <summary>60, 30 and 60, for three real brokers that share one machine.</summary>
    Small,
}
