using System.ComponentModel.DataAnnotations;

namespace StreamSocial.ServiceDefaults;

/// <summary>How a service ends.</summary>
public sealed class ShutdownOptions
{
    public const string SectionName = "Shutdown";

    /// <summary>Longest time that the hosted services may take to drain after SIGTERM before the process ends anyway; a feed generator leaves its group first.</summary>
    /// <value>Default 20 s; 1 s to 5 min; below the AppHost's grace, after which it kills.</value>
    [Range(typeof(TimeSpan), "00:00:01", "00:05:00", ParseLimitsInInvariantCulture = true, ConvertValueInInvariantCulture = true)]
    public TimeSpan Timeout { get; set; } = TimeSpan.FromSeconds(20);
}
