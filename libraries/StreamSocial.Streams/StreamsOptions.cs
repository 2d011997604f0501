using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;
using StreamSocial.Streams.Membership;
using StreamSocial.Streams.Membership.Peers;
using StreamSocial.Topics;

namespace StreamSocial.Streams;

/// <summary>Options of the stateful runtime.</summary>
public sealed class StreamsOptions
{
    /// <summary>The configuration section.</summary>
    public const string SectionName = "Streams";

    private const int MostThreads = 64;

    /// <summary>
    /// The consumer group that all replicas join. The dashboard and the command line know the feed generators' by its default name only: with another one, the dashboard
    /// shows the group as a foreign one, offsets are not reset, and what is confirmed with the group's name still asks for the default.
    /// </summary>
    /// <value>Default the application's id (<see cref="StreamsApplication.Id"/>).</value>
    [Required(AllowEmptyStrings = false)]
    public string GroupId { get; set; } = "";

    /// <summary>
    /// Name of this member, unique in the group; also the replica's resource name in the orchestrator. A member whose namesake lives does not start.
    /// </summary>
    /// <value>Default the machine's name and the process id.</value>
    [Required(AllowEmptyStrings = false)]
    public string MemberId { get; set; } = $"{Environment.MachineName}-{Environment.ProcessId}";

    /// <summary>
    /// Address at which other members reach this one's HTTP API, if it differs from the one that the server listens on: http or https, a host that
    /// <c>Peers:AllowedHosts</c> has, perhaps a port, and nothing else.
    /// </summary>
    /// <value>Default null: the server's first address, with loopback for a wildcard.</value>
    public Uri? AdvertisedEndpoint { get; set; }

    /// <summary>The group protocol: KIP-848's <c>consumer</c>, or <c>classic</c>.</summary>
    /// <value>Default <c>consumer</c>.</value>
    public StreamsGroupProtocol GroupProtocol { get; set; } = StreamsGroupProtocol.Consumer;

    /// <summary>Assignor of the classic protocol: <c>range</c>, <c>roundrobin</c> or <c>cooperative-sticky</c>.</summary>
    /// <value>Default <c>cooperative-sticky</c>.</value>
    [RegularExpression("range|roundrobin|cooperative-sticky")]
    public string ClassicAssignor { get; set; } = "cooperative-sticky";

    /// <summary>
    /// Assignor of the brokers for KIP-848: <c>uniform</c>, which moves as few partitions as possible and balances their sum over all input topics, or
    /// <c>range</c>, which gives each member the same share of each topic and moves more.
    /// </summary>
    /// <value>Default none: the first of the brokers' <c>group.consumer.assignors</c>, which is <c>uniform</c> unless they are told otherwise.</value>
    [RegularExpression("uniform|range")]
    public string? RemoteAssignor { get; set; }

    /// <summary>Session timeout of the classic protocol (with KIP-848 it is a broker setting).</summary>
    /// <value>Default 6 s; 1 s to 5 min.</value>
    [Range(typeof(TimeSpan), "00:00:01", "00:05:00")]
    public TimeSpan SessionTimeout { get; set; } = TimeSpan.FromSeconds(6);

    /// <summary>Threads that process partitions in parallel; each partition belongs to one.</summary>
    /// <value>Default 0: one for each core that the process may use; 0 to 64.</value>
    [Range(0, MostThreads)]
    public int Lanes { get; set; }

    /// <summary>Cap on the entries that this member processes, as the processor quota of a small container would be. Waiting for it counts as busy time.</summary>
    /// <value>Default 0: no cap; 0 to 1,000,000,000 entries per second.</value>
    [Range(0, 1_000_000_000)]
    public int MaxEntriesPerSecond { get; set; }

    /// <summary>
    /// How long a source of records outside the application is remembered that sends nothing. A record that it sends later counts as a loss of all before it,
    /// and a repeat as new. Longer than any of its records can be under way or in the topic.
    /// </summary>
    /// <value>Default none: twice the retention of the topic, at least a day; 1 min to 3,650 days.</value>
    [Range(typeof(TimeSpan), "00:01:00", "3650.00:00:00")]
    public TimeSpan? SourceMemory { get; set; }

    /// <summary>
    /// Whether the code that processes records is made ready before the member joins, which takes a second or two of processor time at start where the build has
    /// not compiled it, instead of when the first records come, while partitions wait.
    /// </summary>
    /// <value>Default true.</value>
    public bool CompileFirst { get; set; } = true;

    /// <summary>How often a task that changed writes a checkpoint. Tasks are spread over the interval.</summary>
    /// <value>Default 10 s; 0.1 s to 10 min.</value>
    [Range(typeof(TimeSpan), "00:00:00.1", "00:10:00")]
    public TimeSpan CheckpointInterval { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>
    /// Longest time that revoked tasks go on until their last checkpoints are durable. The new owner does again what was done afterwards, or since the
    /// checkpoint before if the time was too short.
    /// </summary>
    /// <value>Default 15 s; 0 to 1 min.</value>
    [Range(typeof(TimeSpan), "00:00:00", "00:01:00")]
    public TimeSpan HandoverBudget { get; set; } = TimeSpan.FromSeconds(15);

    /// <summary>
    /// Longest time that a member goes on with partitions that the group has given to others, until those have followed their changelogs to the end. 0: it gives
    /// them back at once, and the new owners read the changelogs while nobody processes.
    /// </summary>
    /// <value>Default 30 s; 0 to 2 min; only used with <see cref="StreamsGroupProtocol.Consumer"/>.</value>
    [Range(typeof(TimeSpan), "00:00:00", "00:02:00")]
    public TimeSpan WarmUpBudget { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// Longest time that a graceful stop waits for the group to ask for the tasks, and then spends on the last checkpoints of those that it has not asked for. What it
    /// asks for has <see cref="WarmUpBudget"/> and <see cref="HandoverBudget"/>.
    /// </summary>
    /// <value>Default 15 s; 0 to 5 min.</value>
    [Range(typeof(TimeSpan), "00:00:00", "00:05:00")]
    public TimeSpan StopBudget { get; set; } = TimeSpan.FromSeconds(15);

    /// <summary>
    /// How often an entry at which a processor fails is tried before it goes to the dead-letter topic. An entry that no try could apply (bytes that are
    /// no message, <see cref="Tasks.InvalidEntryException"/>) goes there at once.
    /// </summary>
    /// <value>Default 3; 1 to 100.</value>
    [Range(1, 100)]
    public int MaxTries { get; set; } = 3;

    /// <summary>
    /// Time after which a task that failed is restored and runs again; it doubles with each failure in a row, up to <see cref="MaxTaskRetryDelay"/>. The
    /// other tasks of the member go on.
    /// </summary>
    /// <value>Default 100 ms; 1 ms to 10 min.</value>
    [Range(typeof(TimeSpan), "00:00:00.001", "00:10:00")]
    public TimeSpan TaskRetryDelay { get; set; } = TimeSpan.FromMilliseconds(100);

    /// <summary>Longest time between two runs of a task that fails again and again.</summary>
    /// <value>Default 30 s; 1 ms to 1 h.</value>
    [Range(typeof(TimeSpan), "00:00:00.001", "01:00:00")]
    public TimeSpan MaxTaskRetryDelay { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>How often the member reports itself to the topic of members.</summary>
    /// <value>Default 500 ms; 100 ms to 10 s.</value>
    [Range(typeof(TimeSpan), "00:00:00.1", "00:00:10")]
    public TimeSpan ReportInterval { get; set; } = TimeSpan.FromMilliseconds(500);

    /// <summary>Entries that the tasks of a lane may hold before they are sent, regardless of the linger.</summary>
    /// <value>Default 200,000; 1 to 1,000,000.</value>
    [Range(1, 1_000_000)]
    public int MaxPendingEntries { get; set; } = 200_000;

    /// <summary>
    /// Bytes of a changelog partition before which a task does not rewrite its whole state, however small that is; for a cluster that bounds its partitions without
    /// compaction.
    /// </summary>
    /// <value>Default 2 MiB; at least 1 KiB; only used on the embedded cluster.</value>
    [Range(1024, int.MaxValue)]
    public int FullCopyAfterBytes { get; set; } = 2 * 1024 * 1024;

    /// <summary>Changelog records after which a task rewrites its whole state, for the same cluster.</summary>
    /// <value>Default 40,000; at least 10; only used on the embedded cluster.</value>
    [Range(10, int.MaxValue)]
    public int FullCopyAfterRecords { get; set; } = 40_000;

    /// <summary>
    /// How many times its state a task may write to its changelog until it writes the whole state again. A restore reads what was written since the last full
    /// copy began, whether compaction has come by or not. The embedded cluster keeps so little of a partition that large states are written sooner.
    /// </summary>
    /// <value>Default 2; 1.2 to 1,000.</value>
    [Range(1.2, 1_000)]
    public double FullCopyAfterGrowth { get; set; } = 2;

    /// <summary>
    /// Bytes of a state above which a task writes no full copies, since one would keep a transaction open too long. Compaction alone bounds what a restore of
    /// it reads.
    /// </summary>
    /// <value>Default 16 MiB; 0 to 1 GiB; not used on the embedded cluster.</value>
    [Range(0L, 1L << 30)]
    public long FullCopyMaxBytes { get; set; } = 16L * 1024 * 1024;

    /// <summary>
    /// Bytes of a partition's log that were processed and not checkpointed, after which its checkpoint does not wait for
    /// <see cref="CheckpointInterval"/>; for a cluster that keeps only the last records of a partition.
    /// </summary>
    /// <value>Default 1 MiB; 1 KiB to 4 MiB; only used on the embedded cluster.</value>
    [Range(1024, 4 * 1024 * 1024)]
    public int CheckpointAfterBytes { get; set; } = 1024 * 1024;

    /// <summary>Records after which a checkpoint does not wait; see <see cref="CheckpointAfterBytes"/>.</summary>
    /// <value>Default 20,000; 10 to 80,000; only used on the embedded cluster.</value>
    [Range(10, 80_000)]
    public int CheckpointAfterRecords { get; set; } = 20_000;

    /// <summary>
    /// Bytes of a partition ahead of its consumer in the group at which the stages that write it wait; for a cluster that keeps only the last records
    /// of a partition.
    /// </summary>
    /// <value>Default 3 MiB; 64 KiB to 4 MiB; only used on the embedded cluster, which keeps 5 MiB.</value>
    [Range(64 * 1024, 4 * 1024 * 1024)]
    public int MaxAheadBytes { get; set; } = 3 * 1024 * 1024;

    /// <summary>Records ahead at which they wait; see <see cref="MaxAheadBytes"/>.</summary>
    /// <value>Default 60,000; 1 to 90,000; only used on the embedded cluster, which keeps 100,000.</value>
    [Range(1, 90_000)]
    public int MaxAheadRecords { get; set; } = 60_000;

    /// <summary>Changelogs that are read at the same time; partitions with the largest lag come first.</summary>
    /// <value>Default 64; 1 to 1,000.</value>
    [Range(1, 1_000)]
    public int RestoreConcurrency { get; set; } = 64;

    /// <summary>Threads that restore partitions in parallel, each with its own consumer; each changelog is read by one.</summary>
    /// <value>Default 0: one for two cores, at least one; 0 to 64.</value>
    [Range(0, MostThreads)]
    public int RestoreThreads { get; set; }

    /// <summary>Cap on the bytes of keys and values that this member reads of changelogs, so that partitions that run keep their pace while others are restored.</summary>
    /// <value>Default 0: no cap; 0 to 1 TiB per second.</value>
    [Range(0L, 1L << 40)]
    public long RestoreBytesPerSecond { get; set; }

    /// <summary>Number of retained states of revoked partitions. A partition that returns reads only what is new in its changelog; 0 retains none.</summary>
    /// <value>Default 256; 0 to 100,000.</value>
    [Range(0, 100_000)]
    public int WarmPartitions { get; set; } = 256;

    /// <summary>Bytes of keys and values in the retained states, not counting what is on disk; the oldest states are dropped first.</summary>
    /// <value>Default 64 MiB; 0 to 1 TiB.</value>
    [Range(0L, 1L << 40)]
    public long WarmBytes { get; set; } = 64L * 1024 * 1024;

    /// <summary>How long a state is retained; must be below the time for which compaction keeps tombstones (<c>delete.retention.ms</c>).</summary>
    /// <value>Default 10 min; 1 s to 12 h.</value>
    [Range(typeof(TimeSpan), "00:00:01", "12:00:00")]
    public TimeSpan WarmFor { get; set; } = TimeSpan.FromMinutes(10);

    /// <summary>Where the state of running tasks is kept; the changelog has it in any case.</summary>
    /// <value>Default <c>memory</c>.</value>
    public StreamsStore Store { get; set; } = StreamsStore.Memory;

    /// <summary>
    /// Directory of the disk store. Each member uses a subdirectory named after its id and locks it. A member that ends in order leaves the states that
    /// <see cref="WarmPartitions"/> and <see cref="WarmFor"/> allow there for its next run; anything else is deleted at start.
    /// </summary>
    /// <value>Default <c>streamsocial</c> in the system's directory for temporary files.</value>
    public string? StoreDirectory { get; set; }

    /// <summary>Memory that the disk store of a member uses: half for blocks, indexes and filters of its files, an eighth for what is not in files yet, the rest for live objects.</summary>
    /// <value>Default 256 MiB; 32 MiB to 1 TiB.</value>
    [Range(32L * 1024 * 1024, 1L << 40)]
    public long StoreMemoryBytes { get; set; } = 256L * 1024 * 1024;

    /// <summary>The lanes that <see cref="Lanes"/> means.</summary>
    internal int LaneCount => Lanes > 0 ? Lanes : Math.Min(Environment.ProcessorCount, MostThreads);

    /// <summary>The threads that <see cref="RestoreThreads"/> means.</summary>
    internal int RestoreThreadCount => RestoreThreads > 0 ? RestoreThreads : Math.Clamp(Environment.ProcessorCount / 2, 1, MostThreads);
}

/// <summary>The other members would not believe an address that they may not call.</summary>
internal sealed class AdvertisedEndpointValidator(PeerAddresses addresses) : IValidateOptions<StreamsOptions>
{
    public ValidateOptionsResult Validate(string? name, StreamsOptions options) => options.AdvertisedEndpoint is not { } endpoint || addresses.IsAllowed(endpoint)
        ? ValidateOptionsResult.Success
        : ValidateOptionsResult.Fail(
            $"{StreamsOptions.SectionName}:{nameof(options.AdvertisedEndpoint)} is {endpoint}; give http(s), host and port only, and name the host in {PeersOptions.SectionName}:{nameof(PeersOptions.AllowedHosts)}, of all members.");
}

/// <summary>Members that report less often would take each other for gone.</summary>
internal sealed class ReportIntervalValidator(IOptions<StreamsOptions> streams) : IValidateOptions<MembersOptions>
{
    public ValidateOptionsResult Validate(string? name, MembersOptions options) => options.ExpireAfter >= streams.Value.ReportInterval
        ? ValidateOptionsResult.Success
        : ValidateOptionsResult.Fail(
            $"{MembersOptions.SectionName}:{nameof(options.ExpireAfter)} is {options.ExpireAfter}, less than {StreamsOptions.SectionName}:{nameof(StreamsOptions.ReportInterval)}, which is {streams.Value.ReportInterval}: members would count as gone between two of their reports.");
}

/// <summary>How the group assigns partitions to its members.</summary>
public enum StreamsGroupProtocol
{
    /// <summary>KIP-848: the broker assigns, each partition moves by itself.</summary>
    Consumer,

    /// <summary>JoinGroup and SyncGroup with an assignor in the clients.</summary>
    Classic,
}

/// <summary>Where the state of a member's tasks is kept; it is restored from the changelog in both cases.</summary>
public enum StreamsStore
{
    /// <summary>All state in memory, as live objects.</summary>
    Memory,

    /// <summary>State on disk with a bounded part in memory, for state larger than memory.</summary>
    Disk,
}

/// <summary>What an application sets in code: its id and its topics.</summary>
/// <param name="Id">Name of the application; the group's name unless <see cref="StreamsOptions.GroupId"/> is configured.</param>
/// <param name="Topics">
/// Every topic that the stages read, write or ask about: inputs, changelogs (with as many partitions as their input), outputs, and the inputs'
/// dead-letter topics (see <see cref="DeadLetterTopic"/>). The topics must exist; the runtime creates none.
/// </param>
/// <param name="MembersTopic">Compacted topic with one partition to which the members report.</param>
/// <param name="RebalanceEventsTopic">Topic with one partition to which the members write the changes of their assignment.</param>
public sealed record StreamsApplication(string Id, TopicCatalog Topics, string MembersTopic, string RebalanceEventsTopic)
{
    /// <summary>Compacted topic with one partition in which operators pause stages and move their tasks (<c>StageControl</c>).</summary>
    /// <value>Default null: nothing is ever paused or moved.</value>
    public string? StageControlsTopic { get; init; }
}
