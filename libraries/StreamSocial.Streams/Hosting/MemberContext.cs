using Confluent.Kafka;
using Microsoft.Extensions.Logging;
using StreamSocial.Kafka;
using StreamSocial.Kafka.Statistics;
using StreamSocial.Streams.Checkpoints;
using StreamSocial.Streams.Tasks;

namespace StreamSocial.Streams.Hosting;

/// <summary>What the parts of one member share.</summary>
/// <param name="Settings">The cluster.</param>
/// <param name="Options">The runtime's options.</param>
/// <param name="Stages">The stages whose input topics the member consumes.</param>
/// <param name="Environment">What all tasks share.</param>
/// <param name="Host">What the host provides.</param>
internal sealed record MemberContext(
    KafkaClientSettings Settings, StreamsOptions Options, IReadOnlyList<StageDefinition> Stages, TaskEnvironment Environment, RuntimeHost Host)
{
    /// <summary>Tells this run of the member from others of its name.</summary>
    public string RunId { get; } = Guid.NewGuid().ToString("n");

    /// <summary>
    /// Transactional ids of a lane. Each run has its own, so that of two processes with one name neither fences the other; whoever takes over from a dead one
    /// ends what it left open.
    /// </summary>
    public IEnumerable<string> TransactionalIdsOf(string memberId, string runId, int lane) =>
        Enumerable.Range(0, TransactionalProducers.PerLane).Select(producer => $"{Options.GroupId}-{memberId}-{runId}-{lane}-{producer}");

    /// <summary>Names and partition counts of the input topics.</summary>
    public IReadOnlyList<(string Topic, int Partitions)> Inputs => [.. Stages.Select(stage => (stage.InputTopic, Environment.Layout.PartitionCountOf(stage.InputTopic)))];

    /// <summary>The base configuration of a consumer of this member.</summary>
    /// <param name="role">Distinguishes it from the member's other consumers.</param>
    /// <param name="use">What it reads for.</param>
    public ConsumerConfig CreateConsumerConfig(string role, ConsumerUse use) => Settings.CreateConsumerConfig(
        $"{Options.MemberId}-{role}", Options.GroupId, use, use == ConsumerUse.Bulk ? null : Inputs.Sum(input => input.Partitions));
}

/// <summary>Builds the consumers of the runtime.</summary>
internal static partial class KafkaConsumers
{
    /// <summary>Builds a consumer that logs librdkafka's messages and errors, and reports its statistics.</summary>
    public static IConsumer<byte[]?, byte[]?> Build(ConsumerConfig config, KafkaClientMetrics? metrics, ILogger logger, Action<ConsumerBuilder<byte[]?, byte[]?>>? configure = null)
    {
        var builder = new ConsumerBuilder<byte[]?, byte[]?>(config)
            .SetLogHandler((_, message) => LogClient(logger, message.Name, message.Facility, message.Message))
            .SetErrorHandler((_, error) => LogError(logger, config.ClientId, error.IsFatal, error.Code, error.Reason));
        metrics?.Watch(config, builder);
        configure?.Invoke(builder);
        return builder.Build();
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Kafka consumer {Client} error (fatal: {Fatal}) {Code}: {Reason}")]
    private static partial void LogError(ILogger logger, string client, bool fatal, ErrorCode code, string reason);

    [LoggerMessage(Level = LogLevel.Debug, Message = "{Client} {Facility}: {Text}")]
    private static partial void LogClient(ILogger logger, string client, string facility, string text);
}
