using System.Runtime.InteropServices;
using System.Text;
using StreamSocial.Topics;

namespace StreamSocial.Hosting.Kafka.Embedded;

/// <summary>
/// Three Kafka brokers in this process: librdkafka's mock cluster. Real protocol over loopback TCP, data in memory only.
/// </summary>
/// <remarks>
/// Differences from real brokers: topics are made here, not through an admin client; <c>DescribeGroups</c> and <c>ListGroups</c>
/// crash librdkafka and must never be sent; offsets committed in a transaction are accepted and not stored; a partition keeps only
/// its last 5 MiB or 100,000 batches and compacts nothing; a producer's retries are not deduplicated.
/// </remarks>
public sealed class EmbeddedKafkaCluster : IAsyncDisposable, IDisposable
{
    private const short ListOffsetsApiKey = 2;

    /// <summary>
    /// Time before each call. The cluster's thread answers a call first and empties its wake-up pipe afterwards (<c>rd_kafka_mock_cluster_io_poll</c>), so a call
    /// that follows at once can lose its wake-up, and waits for the thread's next look, up to 1 s later.
    /// </summary>
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(1);

    private readonly Lock _gate = new();
    private nint _client;
    private nint _cluster;

    private EmbeddedKafkaCluster(nint client, nint cluster, string bootstrapServers)
    {
        _client = client;
        _cluster = cluster;
        BootstrapServers = bootstrapServers;
    }

    /// <summary>Addresses of all brokers, <c>host:port,host:port,…</c>.</summary>
    public string BootstrapServers { get; }

    /// <summary>Starts the brokers; they answer when this returns.</summary>
    /// <exception cref="ArgumentException">An option is out of its range.</exception>
    /// <exception cref="EmbeddedKafkaException">librdkafka refused.</exception>
    public static EmbeddedKafkaCluster Start(EmbeddedKafkaOptions? options = null)
    {
        options ??= new EmbeddedKafkaOptions();
        var errors = options.Validate().ToArray();
        if (errors.Length > 0)
            throw new ArgumentException(string.Join(' ', errors), nameof(options));

        var client = CreateClient();
        var cluster = NativeMockCluster.NewCluster(client, options.Brokers);
        if (cluster == 0)
        {
            NativeMockCluster.DestroyClient(client);
            throw new EmbeddedKafkaException($"librdkafka could not start {options.Brokers} embedded brokers; its log on standard error says why.");
        }

        // From version 4 on the answer names the leader's epoch, for which the cluster walks through all batches of each partition.
        NativeMockCluster.SetApiVersions(cluster, ListOffsetsApiKey, lowest: 0, highest: 3);
        NativeMockCluster.SetInitialRebalanceDelay(cluster, 0);
        NativeMockCluster.SetSessionTimeout(cluster, (int)options.SessionTimeout.TotalMilliseconds);
        NativeMockCluster.SetHeartbeatInterval(cluster, (int)options.HeartbeatInterval.TotalMilliseconds);
        return new EmbeddedKafkaCluster(client, cluster, Marshal.PtrToStringUTF8(NativeMockCluster.BootstrapServers(cluster))!);
    }

    /// <summary>Creates a topic; its partitions accept records when this returns.</summary>
    /// <exception cref="EmbeddedKafkaException">The topic exists already, or a count is out of range.</exception>
    public void CreateTopic(string name, int partitions, int replicationFactor) =>
        Call($"create topic {name}", cluster => NativeMockCluster.CreateTopic(cluster, name, partitions, replicationFactor));

    /// <summary>Creates all topics of a catalogue. Their cleanup policies have no effect here.</summary>
    /// <exception cref="EmbeddedKafkaException">One of them exists already.</exception>
    public void CreateTopics(IEnumerable<TopicSpec> topics)
    {
        foreach (var topic in topics)
            CreateTopic(topic.Name, topic.Partitions, topic.ReplicationFactor);
    }

    /// <summary>Cuts all connections of a broker (1, 2, 3, …) and refuses new ones. Its partitions get no other leader.</summary>
    public void StopBroker(int broker) => Call($"stop broker {broker}", cluster => NativeMockCluster.SetBrokerDown(cluster, broker));

    /// <summary>Lets a stopped broker accept connections again.</summary>
    public void StartBroker(int broker) => Call($"start broker {broker}", cluster => NativeMockCluster.SetBrokerUp(cluster, broker));

    /// <summary>Gives a partition another leader, or none.</summary>
    public void SetLeader(string topic, int partition, int? broker) =>
        Call($"set the leader of {topic} [{partition}]", cluster => NativeMockCluster.SetLeader(cluster, topic, partition, broker ?? -1));

    /// <summary>Delays every response of a broker; zero ends it.</summary>
    public void SetRoundTrip(int broker, TimeSpan roundTrip) =>
        Call($"delay broker {broker}", cluster => NativeMockCluster.SetBrokerRoundTrip(cluster, broker, (int)roundTrip.TotalMilliseconds));

    /// <summary>Makes the next requests of a kind fail, one error each, in order.</summary>
    /// <param name="apiKey">The protocol's number of the request, for example 0 for Produce.</param>
    /// <param name="errors">Error codes of the protocol; <c>Local_Transport</c> cuts the connection instead.</param>
    public void FailNextRequests(short apiKey, params Confluent.Kafka.ErrorCode[] errors) => Call("inject errors", cluster =>
    {
        NativeMockCluster.PushRequestErrors(cluster, apiKey, (nuint)errors.Length, Array.ConvertAll(errors, error => (int)error));
        return 0;
    });

    /// <summary>Ends the brokers; what they held is gone. Clients that are still connected see lost connections.</summary>
    public void Dispose()
    {
        nint client, cluster;
        lock (_gate)
        {
            (client, cluster) = (_client, _cluster);
            (_client, _cluster) = (0, 0);
        }

        if (cluster == 0)
            return;
        NativeMockCluster.DestroyCluster(cluster);
        NativeMockCluster.DestroyClient(client);
    }

    /// <inheritdoc cref="Dispose"/>
    /// <remarks>Not on the caller's thread, because it waits for threads of librdkafka.</remarks>
    public ValueTask DisposeAsync() => new(Task.Run(Dispose));

    /// <summary>The mock cluster needs a client only for its bookkeeping and threads.</summary>
    private static nint CreateClient()
    {
        var error = new byte[512];
        var configuration = NativeMockCluster.NewConfiguration();
        var failed = NativeMockCluster.SetConfiguration(configuration, "client.id", "embedded-brokers", error, (nuint)error.Length) != 0
            || NativeMockCluster.SetConfiguration(configuration, "log_level", "4", error, (nuint)error.Length) != 0;
        var client = failed ? 0 : NativeMockCluster.NewClient(NativeMockCluster.ProducerType, configuration, error, (nuint)error.Length);
        if (client != 0)
            return client;

        NativeMockCluster.DestroyConfiguration(configuration);
        throw new EmbeddedKafkaException($"librdkafka could not make a client for the embedded brokers: {Encoding.UTF8.GetString(error).TrimEnd('\0')}.");
    }

    // Under the lock, so that the cluster is not destroyed under a running call.
    private void Call(string what, Func<nint, int> call)
    {
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_cluster == 0, this);
            CancellationToken.None.WaitHandle.WaitOne(Pause);
            var error = call(_cluster);
            if (error != 0)
                throw new EmbeddedKafkaException($"The embedded cluster could not {what}: {Marshal.PtrToStringUTF8(NativeMockCluster.ErrorText(error))}.");
        }
    }
}
