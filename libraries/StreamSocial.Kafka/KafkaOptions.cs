using System.Collections.Frozen;
using System.Globalization;
using Confluent.Kafka;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;

namespace StreamSocial.Kafka;

/// <summary>Options of all Kafka clients. The brokers are in <c>ConnectionStrings:kafka</c>.</summary>
public sealed class KafkaOptions
{
    public const string SectionName = "Kafka";

    /// <summary>The settings section of Aspire's Kafka clients; every client takes the properties below <c>Consumer:Config</c> or <c>Producer:Config</c>.</summary>
    public const string AspireSectionName = "Aspire:Confluent:Kafka";

    /// <summary>Whether the cluster is the embedded one. Set by the AppHost.</summary>
    /// <value>Default false.</value>
    public bool Embedded { get; set; }

    /// <summary>
    /// Further librdkafka properties for every client, for example <c>security.protocol</c> or <c>sasl.username</c>. Properties on which
    /// StreamSocial's guarantees depend are rejected (see <see cref="KafkaOptionsValidator"/>).
    /// </summary>
    /// <value>Default none.</value>
    public Dictionary<string, string> Client { get; } = [];

    /// <summary>
    /// How often the clients of the data plane report librdkafka's statistics for the metrics <c>streamsocial.kafka.*</c>; 0: never. They report only where metrics
    /// are exported. A report has about 1 KB for each partition of the client.
    /// </summary>
    /// <value>Default 15 s; 0 to 10 min.</value>
    public TimeSpan StatisticsInterval { get; set; } = TimeSpan.FromSeconds(15);

    /// <summary>Where the brokers' JMX exporters answer, by broker id, such as <c>http://host:7071/metrics</c>. Set by the AppHost for brokers that it starts with <c>Kafka:Jmx</c>.</summary>
    /// <value>Default none: what only JMX knows is unknown.</value>
    public Dictionary<string, string> JmxAddresses { get; } = [];

    /// <summary>Properties of every consumer, from <see cref="AspireSectionName"/>.</summary>
    internal IReadOnlyDictionary<string, string> Consumer { get; private set; } = FrozenDictionary<string, string>.Empty;

    /// <summary>Properties of every producer, from <see cref="AspireSectionName"/>.</summary>
    internal IReadOnlyDictionary<string, string> Producer { get; private set; } = FrozenDictionary<string, string>.Empty;

    /// <summary>Reads both sections without checking them.</summary>
    public static KafkaOptions From(IConfiguration configuration)
    {
        var options = new KafkaOptions();
        configuration.GetSection(SectionName).Bind(options);
        options.ReadAspire(configuration);
        return options;
    }

    /// <summary>What the clients, or those of one kind, are to speak instead of PLAINTEXT; null if nothing else is set.</summary>
    public string? FindOtherProtocol()
    {
        var settings = new KafkaClientSettings(KafkaOptionsValidator.NoBroker, this);
        return new ClientConfig[] { settings.CreateProducerConfig("trial"), settings.CreateConsumerConfig("trial", "trial") }
            .Select(config => config.Get("security.protocol"))
            .FirstOrDefault(protocol => protocol is not null && !protocol.Equals("plaintext", StringComparison.OrdinalIgnoreCase));
    }

    internal void ReadAspire(IConfiguration configuration)
    {
        Consumer = Read(configuration, "Consumer", new ConsumerConfig());
        Producer = Read(configuration, "Producer", new ProducerConfig());
    }

    private static Dictionary<string, string> Read(IConfiguration configuration, string kind, ClientConfig config)
    {
        configuration.GetSection($"{AspireSectionName}:{kind}:Config").Bind(config);
        return config.ToDictionary();
    }
}

/// <summary>
/// Rejects client properties that would break a guarantee or that no client takes, and values out of range; reports them at once, what a client does not take
/// alone.
/// </summary>
public sealed class KafkaOptionsValidator : IValidateOptions<KafkaOptions>
{
    private static readonly TimeSpan LongestInterval = TimeSpan.FromMinutes(10);

    /// <summary>Nobody listens there.</summary>
    internal const string NoBroker = "127.0.0.1:1";

    private const string ClientSection = $"{KafkaOptions.SectionName}:{nameof(KafkaOptions.Client)}";
    private const string ConsumerSection = $"{KafkaOptions.AspireSectionName}:Consumer:Config";
    private const string ProducerSection = $"{KafkaOptions.AspireSectionName}:Producer:Config";

    private static readonly FrozenDictionary<string, string> Fixed = new Dictionary<string, string>
    {
        ["bootstrap.servers"] = "the brokers are in ConnectionStrings:kafka",
        ["metadata.broker.list"] = "the brokers are in ConnectionStrings:kafka",
        ["client.id"] = "each client has a name of its own",
        ["group.id"] = "the group is in Streams:GroupId",
        ["acks"] = "a record counts when all in-sync replicas have it",
        ["request.required.acks"] = "a record counts when all in-sync replicas have it",
        ["enable.idempotence"] = "order within a partition rests on it",
        ["enable.gapless.guarantee"] = "edges have no gaps because of it",
        ["message.timeout.ms"] = "nothing that was accepted may expire",
        ["delivery.timeout.ms"] = "nothing that was accepted may expire",
        ["enable.auto.commit"] = "positions are committed with the state",
        ["enable.auto.offset.store"] = "positions are committed with the state",
        ["isolation.level"] = "checkpoints are read only when committed",
        ["auto.offset.reset"] = "a position that is gone stops its task instead of skipping what is behind it",
        ["enable.partition.eof"] = "positions behind the markers of transactions are told by it",
        ["transactional.id"] = "each lane has one of its own, by which a successor fences it",
        ["delivery.report.only.error"] = "what was delivered counts when the brokers say so",
        ["dotnet.producer.enable.delivery.reports"] = "what was delivered counts when the brokers say so",
        ["dotnet.producer.enable.background.poll"] = "nobody else asks for what the brokers say",
        ["group.protocol"] = "the protocol is in Streams:GroupProtocol",
        ["group.remote.assignor"] = "the assignor is in Streams:RemoteAssignor",
        ["group.instance.id"] = "a member that starts again is a new one",
        ["partition.assignment.strategy"] = "the assignor is in Streams:ClassicAssignor",
        ["session.timeout.ms"] = "the session is in Streams:SessionTimeout, and with KIP-848 in the brokers' group.consumer.session.timeout.ms",
        ["heartbeat.interval.ms"] = "it follows from Streams:SessionTimeout, and with KIP-848 from the brokers' group.consumer.heartbeat.interval.ms",
    }.ToFrozenDictionary(StringComparer.OrdinalIgnoreCase);

    /// <summary>Whether a property is one that a guarantee rests on.</summary>
    internal static bool IsFixed(string key) => Fixed.ContainsKey(key);

    public ValidateOptionsResult Validate(string? name, KafkaOptions options)
    {
        var errors = FindErrors(ClientSection, options.Client)
            .Concat(FindErrors(ConsumerSection, options.Consumer))
            .Concat(FindErrors(ProducerSection, options.Producer))
            .Concat(FindErrors(options.StatisticsInterval))
            .Concat(options.JmxAddresses.Where(address => !IsJmxAddress(address)).Select(address =>
                $"{KafkaOptions.SectionName}:{nameof(KafkaOptions.JmxAddresses)}:{address.Key} is {address.Value}; give a broker's id and an absolute http address."))
            .ToArray();
        if (errors.Length == 0)
            errors = [.. Try(options)];
        return errors.Length == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(errors);
    }

    internal static bool IsJmxAddress(KeyValuePair<string, string> address) =>
        int.TryParse(address.Key, NumberStyles.None, CultureInfo.InvariantCulture, out _)
        && Uri.TryCreate(address.Value, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https";

    /// <summary>Names and values are checked, and whether they go together, while a client is built. It needs no brokers for that.</summary>
    private static IEnumerable<string> Try(KafkaOptions options)
    {
        var settings = new KafkaClientSettings(NoBroker, options);
        ProducerConfig[] producers = options.Embedded
            ? [settings.CreateProducerConfig("trial")]
            : [settings.CreateProducerConfig("trial"), settings.CreateTransactionalProducerConfig("trial")];
        return producers
            .Select(producer => RefusalOf(ProducerSection, options.Producer, () => new ProducerBuilder<byte[]?, byte[]?>(producer)
                .SetLogHandler((_, _) => { }).SetErrorHandler((_, _) => { }).Build()))
            .Prepend(RefusalOf(ConsumerSection, options.Consumer, () => new ConsumerBuilder<byte[]?, byte[]?>(settings.CreateConsumerConfig("trial", "trial"))
                .SetLogHandler((_, _) => { }).SetErrorHandler((_, _) => { }).Build()))
            .OfType<string>().Distinct(StringComparer.Ordinal);
    }

    private static string? RefusalOf(string section, IReadOnlyDictionary<string, string> properties, Func<IDisposable> build)
    {
        try
        {
            build().DisposeOrLeave();
            return null;
        }
        catch (Exception e) when (e is InvalidOperationException or ArgumentException or KafkaException)
        {
            return $"{ClientSection}{(properties.Count == 0 ? "" : $", or {section},")} has a property that librdkafka refuses: {e.Message}";
        }
    }

    private static IEnumerable<string> FindErrors(TimeSpan interval)
    {
        if (interval < TimeSpan.Zero || interval > LongestInterval)
            yield return $"{KafkaOptions.SectionName}:{nameof(KafkaOptions.StatisticsInterval)} is {interval}; give {TimeSpan.Zero} to {LongestInterval}.";
    }

    private static IEnumerable<string> FindErrors(string section, IReadOnlyDictionary<string, string> properties) => properties.Keys
        .Where(Fixed.ContainsKey)
        .Order(StringComparer.Ordinal)
        .Select(key => $"{section}:{key} cannot be set: {Fixed[key]}.");
}
