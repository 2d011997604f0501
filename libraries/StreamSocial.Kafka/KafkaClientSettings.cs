using System.Collections.Frozen;
using System.Globalization;
using Confluent.Kafka;
using StreamSocial.Kafka.Statistics;

namespace StreamSocial.Kafka;

/// <summary>The configuration that all Kafka clients of a process share; see <see cref="KafkaOptions"/>.</summary>
public sealed class KafkaClientSettings(string bootstrapServers, KafkaOptions options)
{
    /// <summary>Requests that a producer may have under way with one embedded broker: one for each of its partitions, and more.</summary>
    private const int EmbeddedRequests = 2_000;

    private const string MessageMaxBytesKey = "message.max.bytes";

    /// <summary>How long a producer gathers with embedded brokers, where a record that comes too late costs no more than its own request.</summary>
    private const int EmbeddedLingerMs = 2;

    /// <summary>
    /// After how long an embedded broker's answer is given up for lost, and its connection with it. They answer within milliseconds. The client's own bound is a
    /// minute; records that stayed unacknowledged for so long after a broker's connections had been cut may have waited for that, which was not proven.
    /// </summary>
    private const int EmbeddedSocketTimeoutMs = 10_000;

    /// <summary>Longest wait of a fetch for what it asks for; on embedded brokers, which let each wait for all of its time, less where somebody waits.</summary>
    private const int FetchWaitMs = 100;

    /// <summary>Shortest wait with embedded brokers.</summary>
    private const int EmbeddedFetchWaitMs = 10;

    /// <summary>
    /// Partitions for each millisecond of that wait. A fetch names all that a broker leads: with 2,500 partitions, four idle members took 0.5 of a core at waits of
    /// 100 ms and a whole one at 20 ms.
    /// </summary>
    private const int EmbeddedPartitionsPerMs = 10;

    /// <summary>
    /// How long a client waits before it asks again for what a restore needs. The group's offsets are not told while a transaction is open that changes them, and
    /// with the client's own pauses, up to a second each, a takeover from a dead owner went on only seconds after its transactions had been ended.
    /// </summary>
    private const int RestoreRetryBackoffMs = 50;

    /// <summary>How long a producer gathers a partition's records before it sends them.</summary>
    internal static TimeSpan Linger { get; } = TimeSpan.FromMilliseconds(10);

    /// <summary>The brokers abort the transaction of a dead writer after this; a restore may have to wait for it.</summary>
    public static TimeSpan TransactionTimeout { get; } = TimeSpan.FromSeconds(10);

    /// <summary>Bootstrap servers, <c>host:port[,host:port…]</c>.</summary>
    public string BootstrapServers { get; } = bootstrapServers;

    /// <summary>Takes the statistics of the data plane's clients; null: they report none.</summary>
    public KafkaClientMetrics? Metrics { get; init; }

    /// <summary>Whether the cluster is the embedded one (no transactions, no group administration, bounded retention).</summary>
    public bool IsEmbedded => options.Embedded;

    /// <summary>Where the brokers' JMX exporters answer, by broker id.</summary>
    internal IReadOnlyDictionary<int, Uri> JmxAddresses { get; } =
        // What is not an address fails the options' validation.
        options.JmxAddresses.Where(KafkaOptionsValidator.IsJmxAddress).ToDictionary(address => int.Parse(address.Key, CultureInfo.InvariantCulture), address => new Uri(address.Value));

    /// <summary>Whether a property is set for every client.</summary>
    internal bool IsOfEveryClient(string key) => options.Client.ContainsKey(key);

    /// <summary>The configured <c>message.max.bytes</c> of the producers; null when it is not configured.</summary>
    internal int? MessageMaxBytes =>
        int.TryParse(options.Client.GetValueOrDefault(MessageMaxBytesKey) ?? options.Producer.GetValueOrDefault(MessageMaxBytesKey), NumberStyles.None, CultureInfo.InvariantCulture, out var bytes)
            ? bytes
            : null;

    /// <summary>A producer that keeps order and loses nothing: idempotent, acks=all, gapless, unlimited delivery time.</summary>
    /// <param name="clientId">Name of the client.</param>
    /// <param name="maxRecordBytes">
    /// Largest record, and so largest batch, that all its topics take (<see cref="Limits.RecordLimit"/>); null for the client's own bound.
    /// </param>
    /// <remarks>
    /// Not idempotent on the embedded cluster, which deduplicates nothing anyway. An idempotent producer of librdkafka looks at all its
    /// partitions for each request that it makes; this one makes all that are ready in one look. Order is kept: partitions there never
    /// change their leader, and what a broken connection left unacknowledged goes back to the front of its partition's queue.
    /// </remarks>
    public ProducerConfig CreateProducerConfig(string clientId, int? maxRecordBytes = null)
    {
        var config = BaseProducerConfig(clientId);
        config.ConnectToAll();
        Apply(config, options.Producer);
        // The client's setting had its say when the bound was derived.
        if (maxRecordBytes is { } bytes)
            config.MessageMaxBytes = bytes;
        return config;
    }

    /// <summary>A producer of transactions; not for the embedded cluster.</summary>
    /// <param name="transactionalId">Its transactional id, and the client's name.</param>
    /// <param name="maxRecordBytes">Most bytes of a record and of a batch; null for the client's own bound.</param>
    public ProducerConfig CreateTransactionalProducerConfig(string transactionalId, int? maxRecordBytes = null)
    {
        var config = CreateProducerConfig(transactionalId, maxRecordBytes);
        config.TransactionalId = transactionalId;
        config.TransactionTimeoutMs = (int)TransactionTimeout.TotalMilliseconds;
        // The transaction bounds the time of its records, so the two must agree.
        config.MessageTimeoutMs = config.TransactionTimeoutMs;
        config.EnableGaplessGuarantee = false;
        // A partition's part of a checkpoint leaves as one batch; the commit does not wait for the linger.
        config.LingerMs = 50;
        return config;
    }

    /// <summary>A consumer that never commits by itself and fails on a lost position instead of jumping.</summary>
    /// <param name="clientId">Its name.</param>
    /// <param name="groupId">Its group.</param>
    /// <param name="use">What it reads for.</param>
    /// <param name="partitions">Partitions of which it may have to read; null when nobody waits for what it reads.</param>
    public ConsumerConfig CreateConsumerConfig(string clientId, string groupId, ConsumerUse use = ConsumerUse.Bulk, int? partitions = null)
    {
        var config = BaseConsumerConfig(clientId, groupId, use);
        if (use == ConsumerUse.Live)
            config.ConnectToAll();
        if (IsEmbedded && partitions is { } count)
            config.FetchWaitMaxMs = Math.Clamp(count / EmbeddedPartitionsPerMs, EmbeddedFetchWaitMs, FetchWaitMs);
        return Apply(config, options.Consumer);
    }

    /// <summary>A consumer that reads whole topics as tables, each partition from its beginning to its end and on. It belongs to no group.</summary>
    /// <remarks>
    /// What retention took from under the reader does not end it: a table that starts later would lack it too. Most tables change seldom, and every process has
    /// some: a fetch waits for the next record, and costs the brokers little until it comes. Embedded brokers let each fetch wait for all of its time.
    /// </remarks>
    /// <param name="topic">The topic.</param>
    /// <param name="isBusy">
    /// Whether many write to it all the time. With each record fetched by itself, as many readers as writers would make their product in fetches.
    /// </param>
    public ConsumerConfig CreateTableConsumerConfig(string topic, bool isBusy = false)
    {
        var config = BaseConsumerConfig($"table-{topic}", $"table-{topic}", ConsumerUse.Bulk);
        if (!IsEmbedded)
            (config.FetchMinBytes, config.FetchWaitMaxMs) = isBusy ? (16 * 1024, 100) : (1, 250);
        else if (isBusy)
            config.FetchWaitMaxMs = 2 * EmbeddedFetchWaitMs;
        Apply(config, options.Consumer);
        config.EnablePartitionEof = true;
        config.AutoOffsetReset = AutoOffsetReset.Earliest;
        return config;
    }

    /// <summary>An admin client that keeps a connection to every broker.</summary>
    /// <remarks>
    /// One that connects on demand asks for the connection anew whenever the last attempt failed, without the back-off: while one broker of three was
    /// down, an admin client with a request for it was seen to take 50 to 80 % of a core (librdkafka 2.15.1).
    /// </remarks>
    public AdminClientConfig CreateAdminConfig(string clientId)
    {
        var config = new AdminClientConfig { ClientId = clientId };
        config.ConnectToAll();
        return Apply(config, FrozenDictionary<string, string>.Empty);
    }

    private ConsumerConfig BaseConsumerConfig(string clientId, string groupId, ConsumerUse use)
    {
        var isUrgent = use == ConsumerUse.Restore && !IsEmbedded;
        return new()
        {
            ClientId = clientId,
            GroupId = groupId,
            // KIP-848: shorter handovers on real brokers, and on embedded ones the only protocol that does not wait for session timeouts.
            GroupProtocol = GroupProtocol.Consumer,
            EnableAutoCommit = false,
            EnableAutoOffsetStore = false,
            AutoOffsetReset = AutoOffsetReset.Error,
            IsolationLevel = IsolationLevel.ReadCommitted,
            QueuedMaxMessagesKbytes = use == ConsumerUse.Bulk ? 64 * 1024 : 8 * 1024,
            QueuedMinMessages = use == ConsumerUse.Live ? 20_000 : null,
            FetchQueueBackoffMs = use == ConsumerUse.Bulk ? null : 10,
            // What somebody waits for is fetched from its first record on. Anything else is not: a fetch names every partition of a broker, so many small ones cost
            // more than what they bring. Embedded brokers answer a fetch that finds nothing only after its wait: it may as well bring all that has come by then.
            FetchMinBytes = use == ConsumerUse.Bulk || IsEmbedded ? 64 * 1024 : 1,
            FetchWaitMaxMs = isUrgent ? 50 : FetchWaitMs,
            EnablePartitionEof = false,
            RetryBackoffMs = isUrgent ? RestoreRetryBackoffMs : null,
            RetryBackoffMaxMs = isUrgent ? RestoreRetryBackoffMs : null,
        };
    }

    private ProducerConfig BaseProducerConfig(string clientId) => new()
    {
        ClientId = clientId,
        Acks = Acks.All,
        EnableIdempotence = !IsEmbedded,
        EnableGaplessGuarantee = !IsEmbedded,
        MaxInFlight = IsEmbedded ? EmbeddedRequests : null,
        QueueBufferingBackpressureThreshold = IsEmbedded ? EmbeddedRequests : null,
        MessageTimeoutMs = 0,
        LingerMs = IsEmbedded ? EmbeddedLingerMs : Linger.TotalMilliseconds,
        BatchNumMessages = 10_000,
        BatchSize = 1_000_000,
        QueueBufferingMaxMessages = 1_000_000,
        QueueBufferingMaxKbytes = 256 * 1024,
        EnableBackgroundPoll = true,
        EnableDeliveryReports = true,
        DeliveryReportFields = "status",
    };

    private T Apply<T>(T config, IReadOnlyDictionary<string, string> ofThisKind)
        where T : ClientConfig
    {
        config.BootstrapServers = BootstrapServers;
        if (IsEmbedded)
            config.SocketTimeoutMs = EmbeddedSocketTimeoutMs;
        foreach (var (key, value) in ofThisKind.Concat(options.Client))
            config.Set(key, value);
        return config;
    }
}

/// <summary>What a consumer reads for.</summary>
public enum ConsumerUse
{
    /// <summary>Much at once.</summary>
    Bulk,

    /// <summary>
    /// Many partitions, as their records come. Little is fetched ahead, because a partition that is added waits behind all of it: 64 MiB ahead of a busy member
    /// were seen to be two minutes.
    /// </summary>
    Live,

    /// <summary>
    /// Changelogs to their ends, which somebody waits for: a fetch returns with the first record, and soon if there is none, which is what tells the end. Little is
    /// fetched ahead here too: what is missing of a task that has come would wait behind what is read for tasks that may come.
    /// </summary>
    Restore,
}
