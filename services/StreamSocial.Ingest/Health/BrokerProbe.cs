using Confluent.Kafka;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using StreamSocial.Ingest.Publishing;
using StreamSocial.Ingest.Retention;
using StreamSocial.Kafka;
using StreamSocial.Kafka.Limits;
using StreamSocial.Kafka.Producing;

namespace StreamSocial.Ingest.Health;

/// <summary>
/// Polls the brokers until the topics exist with the expected partition counts. Nothing is written before that, because with other counts a
/// key would be written to the wrong partition. On the embedded cluster nothing is written either before it is known what consumers have yet to read.
/// </summary>
internal sealed partial class BrokerProbe(
    KafkaClientSettings settings, Destinations destinations, ProducerPool pool, TimeProvider time, ILogger<BrokerProbe> logger, ConsumerPositions? positions = null)
    : BackgroundService, IHealthCheck
{
    private static readonly TimeSpan AnswerTimeout = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(200);

    private volatile string? _problem = "No Kafka broker has answered yet.";

    /// <summary>Reason why nothing can be written yet; null once the topics were found and, on the embedded cluster, what is unread in them.</summary>
    public string? Problem => _problem;

    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) => Task.FromResult(
        pool.FatalError is { } fatal ? HealthCheckResult.Unhealthy($"A producer is broken: {fatal.Reason}")
        : _problem is { } problem ? HealthCheckResult.Unhealthy(problem)
        : HealthCheckResult.Healthy());

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var admin = new AdminClientBuilder(settings.CreateAdminConfig("ingest-probe"))
            .SetLogHandler((_, message) => LogClient(message.Facility, message.Message))
            .Build();
        try
        {
            while (await ProbeAsync(admin, stoppingToken) is { } problem)
            {
                _problem = problem;
                LogNotReady(problem);
                await Task.Delay(Pause, time, stoppingToken);
            }

            _problem = null;
            LogReady(settings.BootstrapServers);
        }
        catch (RecordLimitException e)
        {
            LogContradiction(e.Message);
            throw;
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // Nobody waits for it any more.
        }
        finally
        {
            admin.DisposeOrLeave();
        }
    }

    private async Task<string?> ProbeAsync(IAdminClient admin, CancellationToken cancellationToken)
    {
        if (await Task.Run(() => FindTopics(admin), cancellationToken) is { } problem)
            return problem;
        try
        {
            await destinations.ReadLimitsAsync(cancellationToken);
            return positions is null ? null : await positions.FindBacklogAsync(cancellationToken);
        }
        catch (KafkaException e)
        {
            return $"Kafka at {settings.BootstrapServers} does not say how large a record may be: {e.Error.Reason}.";
        }
    }

    private string? FindTopics(IAdminClient admin)
    {
        try
        {
            // All topics are requested, because a request for one by name may create it.
            var found = admin.GetMetadata(AnswerTimeout).Topics.ToDictionary(topic => topic.Topic, topic => topic.Partitions.Count);
            return destinations.Topics.Select(topic => ProblemOf(topic, found)).FirstOrDefault(problem => problem is not null);
        }
        catch (KafkaException e)
        {
            return $"Kafka at {settings.BootstrapServers} does not answer: {e.Error.Reason}.";
        }
    }

    private string? ProblemOf(string topic, Dictionary<string, int> found)
    {
        var expected = destinations.PartitionCountOf(topic);
        return !found.TryGetValue(topic, out var actual) ? $"Topic {topic} does not exist."
            : actual != expected ? $"Topic {topic} has {actual} partitions, the topology's profile says {expected}. Set Topology:Profile, or create the topic anew."
            : null;
    }

    [LoggerMessage(LogLevel.Information, "Ready: the topics are on {BootstrapServers}")]
    private partial void LogReady(string bootstrapServers);

    [LoggerMessage(LogLevel.Critical, "{Problem} Ending the process")]
    private partial void LogContradiction(string problem);

    [LoggerMessage(LogLevel.Debug, "Not ready: {Problem}")]
    private partial void LogNotReady(string problem);

    [LoggerMessage(LogLevel.Debug, "{Facility}: {Text}")]
    private partial void LogClient(string facility, string text);
}
