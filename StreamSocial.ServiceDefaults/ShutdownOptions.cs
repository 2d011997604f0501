using System.ComponentModel.DataAnnotations;

namespace StreamSocial.ServiceDefaults;

/// <summary>How a service ends.</summary>
public sealed class ShutdownOptions
{
    public const string SectionName = "Shutdown";

    /// <summary>Longest time that the hosted services may take to drain after SIGTERM before the process ends anyway; a feed generator leaves its group first.</summary>
    /// <value>
    /// Default 50 s, in which a feed generator's successors become warm and its last checkpoints durable; 1 s to 5 min; below the minute that the AppHost gives a
    /// replica that it stops, and below <c>terminationGracePeriodSeconds</c> on Kubernetes. When the AppHost ends with its own brokers, it gives 3 s.
    /// </value>
    [Range(typeof(TimeSpan), "00:00:01", "00:05:00", ParseLimitsInInvariantCulture = true, ConvertValueInInvariantCulture = true)]
    public TimeSpan Timeout { get; set; } = TimeSpan.FromSeconds(50);
}
