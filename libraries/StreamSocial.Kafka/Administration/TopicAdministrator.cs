using Confluent.Kafka;
using Confluent.Kafka.Admin;
using Microsoft.Extensions.Logging;
using StreamSocial.Topics;
using StreamSocial.Kafka.Lag;
using StreamSocial.Kafka.Topics;

namespace StreamSocial.Kafka.Administration;

/// <summary>Creates, checks and describes the topics of the catalogue.</summary>
public sealed partial class TopicAdministrator : IDisposable
{
    /// <summary>A controller creates a few hundred partitions per second, so a larger batch would exceed the request timeout.</summary>
    private const int BatchPartitions = 1500;

    private static readonly TimeSpan RequestTimeout = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan ReadyPoll = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan ReadyReport = TimeSpan.FromSeconds(10);

    private readonly IAdminClient _admin;
    private readonly KafkaClientSettings _settings;
    private readonly LogEndReader _ends;
    private readonly TimeProvider _time;
    private readonly ILogger<TopicAdministrator> _logger;
    private bool _isRefusalLogged;

    public TopicAdministrator(KafkaClientSettings settings, LogEndReader ends, TimeProvider time, ILogger<TopicAdministrator> logger)
    {
        _settings = settings;
        _ends = ends;
        _time = time;
        _logger = logger;
        _admin = KafkaAdminClient.Create(settings, "topics", logger);
    }

    /// <summary>Creates missing topics and waits until every partition of every topic answers. Idempotent, and safe if several processes do it at once.</summary>
    /// <returns>Names of the topics that were created.</returns>
    /// <exception cref="TopicMismatchException">
    /// An existing topic contradicts the catalogue, and nothing was created; or one does that another process made meanwhile.
    /// </exception>
    /// <exception cref="KafkaException">The cluster refused or did not answer.</exception>
    public async Task<IReadOnlyList<string>> CreateAsync(IReadOnlyCollection<TopicSpec> topics, CancellationToken cancellationToken)
    {
        var existing = await DescribeAsync(topics, cancellationToken);
        ThrowOnMismatch(topics, existing);
        WarnOfOtherCopies(topics, existing);
        var missing = topics.Where(topic => !existing.ContainsKey(topic.Name)).ToArray();
        if (missing.Length > 0 && _settings.IsEmbedded)
            throw new InvalidOperationException($"The embedded cluster lacks {string.Join(", ", missing.Select(topic => topic.Name))}: its topics are made by the process that starts it.");
        if (missing.Length > 0)
            LogCreating(missing.Length, missing.Sum(topic => topic.Partitions));

        var created = new List<string>();
        // All are asked for: a broker lists a topic for a while after it has been deleted, and only the controller knows.
        foreach (var batch in InBatches(_settings.IsEmbedded ? [] : topics))
            created.AddRange(await CreateBatchAsync(batch, existing).WaitAsync(cancellationToken));

        // What another process made meanwhile may differ: partitions that a topic never has would be waited for without end.
        if (missing.Any(topic => !created.Contains(topic.Name)))
            await CompareAsync(topics, cancellationToken);
        await WaitUntilReadyAsync(topics, cancellationToken);
        if (missing.Length > 0 || created.Count > 0)
            await CompareAsync(topics, cancellationToken);
        return created;
    }

    /// <summary>Describes the existing ones of the given topics, by name. Settings that this client may not read are unknown.</summary>
    /// <exception cref="KafkaException">The cluster did not answer.</exception>
    public async Task<IReadOnlyDictionary<string, TopicDescription>> DescribeAsync(IReadOnlyCollection<TopicSpec> topics, CancellationToken cancellationToken)
    {
        var wanted = topics.Select(topic => topic.Name).ToHashSet(StringComparer.Ordinal);
        var started = _time.GetTimestamp();
        while (true)
        {
            // All topics are requested, because a request for one by name may create it.
            var metadata = await Task.Run(() => _admin.GetMetadata(RequestTimeout), cancellationToken);
            var found = metadata.Topics.Where(topic => wanted.Contains(topic.Topic) && topic.Partitions.Count > 0).ToArray();
            try
            {
                var configurations = _settings.IsEmbedded || found.Length == 0
                    ? []
                    : await DescribeConfigurationsAsync([.. found.Select(topic => topic.Topic)]).WaitAsync(cancellationToken);
                return found.ToDictionary(topic => topic.Topic, topic => Describe(topic, configurations.GetValueOrDefault(topic.Topic)));
            }
            catch (DescribeConfigsException e) when (IsOfTopicsThatComeOrGo(e) && _time.GetElapsedTime(started) < RequestTimeout)
            {
                await Task.Delay(ReadyPoll, _time, cancellationToken);
            }
        }
    }

    public void Dispose() => _admin.DisposeOrLeave();

    private async Task CompareAsync(IReadOnlyCollection<TopicSpec> topics, CancellationToken cancellationToken) =>
        ThrowOnMismatch(topics, await DescribeAsync(topics, cancellationToken));

    private static void ThrowOnMismatch(IEnumerable<TopicSpec> topics, IReadOnlyDictionary<string, TopicDescription> existing)
    {
        var mismatches = TopicComparison.FindMismatches(topics, existing);
        if (mismatches.Count > 0)
            throw new TopicMismatchException(mismatches);
    }

    private void WarnOfOtherCopies(IEnumerable<TopicSpec> topics, IReadOnlyDictionary<string, TopicDescription> existing)
    {
        var others = topics
            .Where(topic => existing.TryGetValue(topic.Name, out var there) && there.ReplicationFactor != topic.ReplicationFactor)
            .Select(topic => $"{topic.Name} ({existing[topic.Name].ReplicationFactor} instead of {topic.ReplicationFactor})")
            .ToArray();
        if (others.Length > 0)
            LogOtherCopies(string.Join(", ", others));
    }

    /// <summary>One broker knows a topic that another does not know yet, or no longer: they agree soon.</summary>
    private static bool IsOfTopicsThatComeOrGo(DescribeConfigsException exception) =>
        exception.Results.TrueForAll(result => !result.Error.IsError || result.Error.Code == ErrorCode.UnknownTopicOrPart || ClusterConfiguration.IsRefusal(result.Error));

    private static IEnumerable<List<TopicSpec>> InBatches(IEnumerable<TopicSpec> topics)
    {
        var batch = new List<TopicSpec>();
        foreach (var topic in topics)
        {
            if (batch.Count > 0 && batch.Sum(other => other.Partitions) + topic.Partitions > BatchPartitions)
            {
                yield return batch;
                batch = [];
            }

            batch.Add(topic);
        }

        if (batch.Count > 0)
            yield return batch;
    }

    /// <returns>The names of those that did not exist.</returns>
    private async Task<IEnumerable<string>> CreateBatchAsync(List<TopicSpec> topics, IReadOnlyDictionary<string, TopicDescription> listed)
    {
        var specifications = topics.Select(topic => new TopicSpecification
        {
            Name = topic.Name,
            NumPartitions = topic.Partitions,
            ReplicationFactor = (short)topic.ReplicationFactor,
            Configs = topic.Configuration.ToDictionary(),
        });
        try
        {
            await _admin.CreateTopicsAsync(specifications, new CreateTopicsOptions { RequestTimeout = RequestTimeout, OperationTimeout = RequestTimeout });
            return topics.Select(topic => topic.Name);
        }
        catch (CreateTopicsException e)
        {
            // Another process may create the same topics at the same time; the check afterwards compares the result.
            var refused = e.Results.Where(result => result.Error.IsError && result.Error.Code != ErrorCode.TopicAlreadyExists).ToArray();
            if (refused.FirstOrDefault(result => !listed.ContainsKey(result.Topic)) is { } missing)
                throw new KafkaException(new Error(missing.Error.Code, $"Cannot create topic {missing.Topic}: {missing.Error.Reason}{HintAt(missing.Error.Code)}"), e);
            // Who may not create topics can use those that are there.
            if (refused.Length > 0)
                LogNotConfirmed(refused[0].Error.Reason);
            return e.Results.Where(result => !result.Error.IsError).Select(result => result.Topic);
        }
        catch (KafkaException e) when (topics.All(topic => listed.ContainsKey(topic.Name)))
        {
            LogNotConfirmed(e.Error.Reason);
            return [];
        }
    }

    /// <summary>Waits until every partition has a leader that answers. Before that, an idempotent producer can fail for minutes.</summary>
    private async Task WaitUntilReadyAsync(IReadOnlyCollection<TopicSpec> topics, CancellationToken cancellationToken)
    {
        var told = _time.GetTimestamp();
        List<(string Name, int Partitions)> waiting = [.. topics.Select(topic => (topic.Name, topic.Partitions))];
        while (true)
        {
            var ends = await _ends.ReadAsync(waiting, RequestTimeout, cancellationToken);
            waiting = [.. ends.Where(topic => !topic.IsComplete).Select(topic => (topic.Topic, topic.NextOffsets.Length))];
            if (waiting.Count == 0)
                return;
            if (_time.GetElapsedTime(told) > ReadyReport)
            {
                told = _time.GetTimestamp();
                LogWaiting(string.Join(", ", waiting.Select(topic => topic.Name)));
                await CompareMeanwhileAsync(topics, cancellationToken);
            }
            await Task.Delay(ReadyPoll, _time, cancellationToken);
        }
    }

    /// <summary>A topic that another process made may not have been listed before.</summary>
    private async Task CompareMeanwhileAsync(IReadOnlyCollection<TopicSpec> topics, CancellationToken cancellationToken)
    {
        try
        {
            await CompareAsync(topics, cancellationToken);
        }
        catch (KafkaException e)
        {
            LogNotCompared(e.Error.Reason);
        }
    }

    /// <returns>The settings by topic. One whose settings this client may not read is absent.</returns>
    private async Task<Dictionary<string, DescribeConfigsResult>> DescribeConfigurationsAsync(string[] names)
    {
        var results = await TopicSettings.DescribeAsync(_admin, names, RequestTimeout, ClusterConfiguration.IsRefusal);
        var configurations = results.ToDictionary(result => result.ConfigResource.Name);
        if (configurations.Count < names.Length && !_isRefusalLogged)
        {
            _isRefusalLogged = true;
            LogSettingsUnknown(string.Join(", ", names.Where(name => !configurations.ContainsKey(name))));
        }
        return configurations;
    }

    private static TopicDescription Describe(TopicMetadata topic, DescribeConfigsResult? configuration) => new(
        topic.Topic,
        topic.Partitions.Count,
        topic.Partitions.Min(partition => partition.Replicas.Length),
        configuration?.Entries.GetValueOrDefault("cleanup.policy")?.Value,
        RetentionSetting.Read(configuration?.Entries.GetValueOrDefault("retention.ms")?.Value) is >= 0 and var milliseconds ? TimeSpan.FromMilliseconds(milliseconds) : null);

    private static string HintAt(ErrorCode code) => code == ErrorCode.InvalidReplicationFactor
        ? " Start the other brokers, or say how many copies are meant: Kafka:ReplicationFactor, or topics create --replication-factor."
        : "";

    [LoggerMessage(Level = LogLevel.Warning, Message = "This client may not describe the settings of {Topics}; whether they contradict the catalogue is unknown (DescribeConfigs on the topics)")]
    private partial void LogSettingsUnknown(string topics);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Topics have another number of copies than is wanted, which 'kafka-reassign-partitions' changes: {Topics}")]
    private partial void LogOtherCopies(string topics);

    [LoggerMessage(Level = LogLevel.Information, Message = "Waiting for partitions to answer: {Topics}")]
    private partial void LogWaiting(string topics);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The brokers do not say whether topics contradict the catalogue: {Reason}")]
    private partial void LogNotCompared(string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The brokers list topics of which the controller does not say that it has them: {Reason}")]
    private partial void LogNotConfirmed(string reason);

    [LoggerMessage(Level = LogLevel.Information, Message = "Creating {Topics} topics with {Partitions} partitions")]
    private partial void LogCreating(int topics, int partitions);
}
