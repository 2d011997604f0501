using Microsoft.Extensions.Configuration;
using StreamSocial.Hosting.Kafka.Sources;

namespace StreamSocial.Hosting.Kafka;

/// <summary>How the brokers are started that an AppHost brings up itself. Section <c>Kafka</c>.</summary>
public sealed record KafkaClusterOptions
{
    public const string SectionName = "Kafka";

    private const int HighestFirstPort = 65_530;
    private const int MostCopies = 10;

    /// <summary>Where the brokers come from: <c>auto</c>, <c>external</c>, <c>containers</c>, <c>process</c> or <c>embedded</c>.</summary>
    /// <value>Default <c>auto</c>: the first of the others that works.</value>
    public string? Source { get; init; }

    /// <summary>Number of brokers in containers. With 1 it is Aspire's own single-node Kafka, with 3 a cluster of three KRaft nodes.</summary>
    /// <value>Default 3; 1 or 3.</value>
    public int Nodes { get; init; } = 3;

    /// <summary>Directory of the three processes' data, kept from run to run. One AppHost at a time has it.</summary>
    /// <value>Default none: a fresh one below artifacts/kafka, removed at the end.</value>
    public string? DataDirectory { get; init; }

    /// <summary>Whether the processes carry the JMX exporter of <c>KAFKA_HOME/agents</c>, if it is there, so that the dashboard knows what only JMX tells.</summary>
    /// <value>Default false.</value>
    public bool Jmx { get; init; }

    /// <summary>First of six ports in a row for the processes, nine with <see cref="Jmx"/>.</summary>
    /// <value>Default 0: free ones; 0 to 65530. With the exporter of <see cref="Jmx"/> up to 65527.</value>
    public int FirstPort { get; init; }

    /// <summary>
    /// Options for each broker's Java, separated by spaces. They follow <c>-XX:+UseSerialGC</c>, so another collector needs <c>-XX:-UseSerialGC</c>
    /// before it. A cluster that lives for a minute starts sooner with <c>-XX:TieredStopAtLevel=1</c>.
    /// </summary>
    /// <value>Default <c>-Xms256m -Xmx1g</c>.</value>
    public string HeapOptions { get; init; } = "-Xms256m -Xmx1g";

    /// <summary>Tag of the image <c>apache/kafka</c> for three containers.</summary>
    /// <value>Default <c>4.1.0</c>.</value>
    public string ImageTag { get; init; } = "4.1.0";

    /// <summary>Longest time that an external cluster may take to answer at the start.</summary>
    /// <value>Default 10 s; 1 s to 5 min.</value>
    public TimeSpan ExternalTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Copies of each partition of the topics that are created, for an external cluster of fewer brokers than the catalogue's 3, or one that lacks some now.</summary>
    /// <value>Default none: 3, or 1 where there is one broker; as many as there are brokers that the AppHost starts; 1 to 10.</value>
    public int? ReplicationFactor { get; init; }

    /// <summary>Reads and checks the section.</summary>
    /// <exception cref="KafkaSourceException">Values are out of their range; all of them are named.</exception>
    public static KafkaClusterOptions From(IConfiguration configuration)
    {
        KafkaClusterOptions options;
        try
        {
            options = configuration.GetSection(SectionName).Get<KafkaClusterOptions>() ?? new KafkaClusterOptions();
        }
        catch (InvalidOperationException e)
        {
            throw new KafkaSourceException($"{e.Message} Correct this option.", e);
        }

        var errors = options.Validate().ToArray();
        return errors.Length == 0 ? options : throw new KafkaSourceException(string.Join(' ', errors));
    }

    /// <summary>Every rule that these values break; empty when valid.</summary>
    public IEnumerable<string> Validate()
    {
        if (Nodes is not (1 or 3))
            yield return $"Kafka:Nodes is {Nodes}: use 1 for a single broker or 3 for a cluster.";
        if (FirstPort is < 0 or > HighestFirstPort)
            yield return $"Kafka:FirstPort is {FirstPort}: use 0 for free ports, or 1 to {HighestFirstPort}.";
        if (ExternalTimeout < TimeSpan.FromSeconds(1) || ExternalTimeout > TimeSpan.FromMinutes(5))
            yield return $"Kafka:ExternalTimeout is {ExternalTimeout}: use 00:00:01 to 00:05:00.";
        if (ReplicationFactor is < 1 or > MostCopies)
            yield return $"Kafka:ReplicationFactor is {ReplicationFactor}: use 1 to {MostCopies}.";
    }
}
