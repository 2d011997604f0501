using Aspire.Hosting.ApplicationModel;
using StreamSocial.Hosting.Kafka.Sources;

namespace StreamSocial.Hosting.Kafka;

/// <summary>A Kafka cluster, wherever its brokers run. They are its children on the Aspire dashboard.</summary>
/// <param name="name">Name of the resource and of its connection string.</param>
/// <param name="choice">Where the brokers come from, and why from there.</param>
public sealed class KafkaClusterResource(string name, KafkaSourceChoice choice) : Resource(name), IResourceWithConnectionString, IResourceWithWaitSupport
{
    private readonly List<IResource> _brokers = [];
    private ReferenceExpression? _connectionString;

    /// <summary>Where the brokers come from; never <see cref="KafkaSource.Auto"/>.</summary>
    public KafkaSource Source => choice.Source;

    /// <summary>Why they come from there, for a person.</summary>
    public string Reason => choice.Reason;

    /// <summary>Whether several real brokers share this machine's cores.</summary>
    public bool SharesMachine => choice.SharesMachine;

    /// <summary>The brokers as resources, in the order of their ids.</summary>
    public IReadOnlyList<IResource> Brokers => _brokers;

    /// <summary>Where the brokers' JMX exporters answer, by broker id; empty where they have none, or the configuration names them.</summary>
    public IDictionary<int, string> JmxAddresses { get; } = new Dictionary<int, string>();

    /// <summary>Partitions that the cluster's topics will have; null until that is known. Brokers that the AppHost starts are set up for them.</summary>
    public int? Partitions { get; internal set; }

    /// <summary>Bootstrap servers, <c>host:port[,host:port…]</c>.</summary>
    /// <exception cref="InvalidOperationException">The brokers are not declared yet.</exception>
    public ReferenceExpression ConnectionStringExpression =>
        _connectionString ?? throw new InvalidOperationException($"The brokers of '{Name}' are not declared yet.");

    /// <summary>Declares the brokers, once.</summary>
    internal void SetBrokers(IEnumerable<IResource> brokers, ReferenceExpression connectionString)
    {
        _brokers.AddRange(brokers);
        _connectionString = connectionString;
    }
}

/// <summary>A broker that the orchestrator does not run: it lives in the AppHost's process, or somewhere else.</summary>
/// <param name="name">Name of the resource.</param>
/// <param name="id">The broker's id in its cluster.</param>
/// <param name="address">Where clients find it, <c>host:port</c>.</param>
/// <param name="cluster">The cluster it belongs to.</param>
public sealed class KafkaBrokerResource(string name, int id, string address, KafkaClusterResource cluster)
    : Resource(name), IResourceWithParent<KafkaClusterResource>
{
    /// <summary>The broker's id in its cluster.</summary>
    public int Id => id;

    /// <summary>Where clients find it, <c>host:port</c>.</summary>
    public string Address => address;

    /// <summary>The cluster it belongs to.</summary>
    public KafkaClusterResource Parent => cluster;
}
