using Confluent.Kafka;
using Confluent.Kafka.Admin;
using Microsoft.Extensions.Logging.Abstractions;
using StreamSocial.Cli.Output;
using StreamSocial.Kafka;
using StreamSocial.Kafka.Administration;
using StreamSocial.Kafka.Lag;
using StreamSocial.Topics;

namespace StreamSocial.Cli.Benchmarks;

/// <summary>The topics of real brokers that stay up while round follows round, each of which must find no trace of those before.</summary>
internal sealed class BenchmarkTopics(KafkaClientSettings settings, TopicCatalog catalog, TimeProvider time)
{
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);
    private static readonly TimeSpan MetadataTimeout = TimeSpan.FromSeconds(20);

    /// <summary>Deletes topics of the catalogue and creates them again, empty.</summary>
    /// <exception cref="ToolException">The brokers did not do it in time.</exception>
    public async Task MakeAnewAsync(IReadOnlyCollection<string> names, CancellationToken cancellationToken)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(Patience);
        try
        {
            await DeleteAndCreateAsync(names, patience.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new ToolException($"The brokers have not deleted and created topics within {TextFormat.Seconds(Patience)}: {string.Join(", ", names)}.");
        }
    }

    /// <summary>Removes what a peer has left behind, which its next run must not find.</summary>
    public async Task DeleteForeignAsync(CancellationToken cancellationToken)
    {
        using var admin = new AdminClientBuilder(settings.CreateAdminConfig("bench")).Build();
        var known = catalog.Topics.Select(topic => topic.Name).ToHashSet();
        var foreign = admin.GetMetadata(MetadataTimeout).Topics.Select(topic => topic.Topic).Where(topic => !known.Contains(topic) && !topic.StartsWith("__", StringComparison.Ordinal)).ToArray();
        if (foreign.Length == 0)
            return;
        try
        {
            await admin.DeleteTopicsAsync(foreign).WaitAsync(cancellationToken);
        }
        catch (DeleteTopicsException e) when (e.Results.All(result => !result.Error.IsError || result.Error.Code == ErrorCode.UnknownTopicOrPart))
        {
            // A broker still listed what has been deleted.
        }
    }

    private async Task DeleteAndCreateAsync(IReadOnlyCollection<string> names, CancellationToken cancellationToken)
    {
        using var admin = new AdminClientBuilder(settings.CreateAdminConfig("bench")).Build();
        await admin.DeleteTopicsAsync(names).WaitAsync(cancellationToken);
        using var ends = new LogEndReader(settings, NullLogger<LogEndReader>.Instance);
        using var administrator = new TopicAdministrator(settings, ends, time, NullLogger<TopicAdministrator>.Instance);
        while ((await administrator.DescribeAsync([.. names.Select(topic => catalog[topic])], cancellationToken)).Count > 0)
            await Task.Delay(Poll, time, cancellationToken);
        await administrator.CreateAsync(catalog.Topics, cancellationToken);
    }
}
