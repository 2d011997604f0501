using Microsoft.Extensions.Configuration;
using StreamSocial.Kafka.Sources;

namespace StreamSocial.AppHost.Kafka;

/// <summary>Options of the brokers that the AppHost starts.</summary>
internal sealed record KafkaSourceOptions
{
    private const int HighestFirstPort = 65_530;

    /// <summary>Directory of the three processes' data, kept from run to run.</summary>
    /// <value>Default none: a fresh one below artifacts/kafka, removed at the end.</value>
    public string? DataDirectory { get; init; }

    /// <summary>First of six ports in a row for the processes.</summary>
    /// <value>Default 0: free ones; 0 to 65530.</value>
    public int FirstPort { get; init; }

    /// <summary>
    /// Options for each broker's Java, separated by spaces. They follow <c>-XX:+UseSerialGC</c>, so another collector needs <c>-XX:-UseSerialGC</c>
    /// before it. A cluster that lives for a minute starts sooner with <c>-XX:TieredStopAtLevel=1</c>.
    /// </summary>
    /// <value>Default <c>-Xms256m -Xmx1g</c>.</value>
    public string HeapOptions { get; init; } = "-Xms256m -Xmx1g";

    /// <summary>Tag of the image <c>apache/kafka</c> for containers.</summary>
    /// <value>Default <c>4.1.0</c>.</value>
    public string ImageTag { get; init; } = "4.1.0";

    /// <summary>Longest time that an external cluster may take to answer at the start.</summary>
    /// <value>Default 10 s; 1 s to 5 min.</value>
    public TimeSpan ExternalTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <exception cref="KafkaSourceException">A value is out of its range.</exception>
    public static KafkaSourceOptions From(IConfiguration configuration)
    {
        KafkaSourceOptions options;
        try
        {
            options = configuration.GetSection("Kafka").Get<KafkaSourceOptions>() ?? new KafkaSourceOptions();
        }
        catch (InvalidOperationException e)
        {
            throw new KafkaSourceException($"{e.Message} Correct this option.", e);
        }

        if (options.FirstPort is < 0 or > HighestFirstPort)
            throw new KafkaSourceException($"Kafka:FirstPort is {options.FirstPort}: use 0 for free ports, or 1 to {HighestFirstPort}.");
        if (options.ExternalTimeout < TimeSpan.FromSeconds(1) || options.ExternalTimeout > TimeSpan.FromMinutes(5))
            throw new KafkaSourceException($"Kafka:ExternalTimeout is {options.ExternalTimeout}: use 00:00:01 to 00:05:00.");
        return options;
    }
}
