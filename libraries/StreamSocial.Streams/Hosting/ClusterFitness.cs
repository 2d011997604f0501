using Confluent.Kafka;
using Microsoft.Extensions.Logging;
using StreamSocial.Kafka.Administration;
using StreamSocial.Kafka.Limits;
using StreamSocial.Streams.Checkpoints;
using StreamSocial.Streams.Reading;

namespace StreamSocial.Streams.Hosting;

/// <summary>Finds out, before a member joins, whether the cluster's settings allow what the guarantees need.</summary>
/// <param name="application">The topics.</param>
/// <param name="cluster">The cluster.</param>
/// <param name="member">The member.</param>
/// <param name="tables">The topics that the member reads as tables.</param>
internal sealed partial class ClusterFitness(StreamsApplication application, ClusterAccess cluster, MemberContext member, IReadOnlyList<IReplicatedTable> tables)
{
    private static readonly TimeSpan RetryDelay = TimeSpan.FromSeconds(1);

    private readonly ILogger _logger = member.Host.Loggers.CreateLogger<ClusterFitness>();

    /// <summary>Waits for a cluster that says how large a record may be; false when the process is to stop before.</summary>
    public async Task<bool> IsFitAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            try
            {
                await CheckAsync(cancellationToken);
                return true;
            }
            catch (ClusterCheckException e)
            {
                member.Host.Fatal.Stop(e.Message);
                return false;
            }
            catch (KafkaException e)
            {
                LogNoAnswer(e.Error.Code, e.Error.Reason);
            }
            catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
            {
                return false;
            }
            await Task.Delay(RetryDelay, member.Host.Time, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <exception cref="ClusterCheckException">The cluster's settings contradict what is needed.</exception>
    private async Task CheckAsync(CancellationToken cancellationToken)
    {
        var topics = application.Topics.Topics;
        string[] names = [.. topics.Select(topic => topic.Name)];
        var configuration = cluster.Settings.IsEmbedded ? null : await ClusterConfiguration.ReadAsync(cluster.Settings, names, _logger, cancellationToken);
        var needed = NeededTopics();
        List<string> contradictions = configuration is null ? [] : [.. ClusterCheck.FindContradictions(configuration, topics.Where(topic => needed.Contains(topic.Name)), Needs())];
        try
        {
            cluster.Limits.Derive(names, configuration);
        }
        catch (RecordLimitException e)
        {
            contradictions.Add(e.Message);
        }
        if (contradictions.Count > 0)
            throw new ClusterCheckException(contradictions);
    }

    /// <summary>The topics on which the guarantees rest: inputs, changelogs, what stages write, tables and the members' reports.</summary>
    private HashSet<string> NeededTopics() =>
    [
        .. member.Stages.SelectMany(stage => stage.Outputs.Append(stage.InputTopic).Append(stage.StateTopic)), .. tables.Select(table => table.Topic),
        application.MembersTopic,
    ];

    private ClientNeeds Needs() => new(
        TransactionalProducers.TransactionTimeout,
        member.Options.GroupProtocol == StreamsGroupProtocol.Classic ? member.Options.SessionTimeout : null,
        // Those that are there, and this one.
        cluster.Members.Current.Members.Keys.Append(member.Options.MemberId).Distinct().Count());

    [LoggerMessage(Level = LogLevel.Warning, Message = "The cluster does not say what it is set to ({Code}: {Reason}); asking again")]
    private partial void LogNoAnswer(ErrorCode code, string reason);
}
