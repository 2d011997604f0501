using System.Collections.Immutable;
using System.Globalization;
using Confluent.Kafka;
using Microsoft.Extensions.Options;
using StreamSocial.Autoscaler.Overrides;
using StreamSocial.Events;
using StreamSocial.Kafka.Tables;
using StreamSocial.Scaling;
using StreamSocial.Scaling.Signals;

namespace StreamSocial.Autoscaler.Decisions;

/// <summary>Says whether this process is the one that decides, and what was decided before it.</summary>
internal interface IDecisionLog
{
    /// <summary>What was decided before this process began to; null while another one decides, or while that is not known.</summary>
    DecisionHistory? Leading { get; }
}

/// <summary>What an autoscaler takes over from the one before it.</summary>
/// <param name="Term">Rises with each time that this process begins to decide.</param>
/// <param name="Override">What a person asked for last.</param>
/// <param name="Steps">Steps that were done, oldest first.</param>
/// <param name="Unfinished">The last decision, if it acts and the orchestrator's answer is not recorded; null otherwise.</param>
internal sealed record DecisionHistory(int Term, ManualOverride Override, ImmutableArray<ScalingStep> Steps, ScalingDecision? Unfinished)
{
    /// <summary>Digits of the time in an id.</summary>
    private const int TimeDigits = 14;

    /// <summary>End of the ids of dry runs.</summary>
    private const string DryRunMark = "-dry-run";

    /// <summary>The time in the newest id, in Unix milliseconds: later ids have to be above it.</summary>
    /// <value>Default 0: there is none.</value>
    public long Newest { get; init; }

    /// <summary>The id of a decision.</summary>
    /// <param name="time">When it was made, in Unix milliseconds; later, where another one has this time already.</param>
    /// <param name="policy">Which policy made it.</param>
    /// <param name="isDryRun">Whether nothing is changed: one beside it that decides does not take it for its own.</param>
    public static string IdOf(long time, string policy, bool isDryRun = false) =>
        $"{time.ToString($"D{TimeDigits}", CultureInfo.InvariantCulture)}-{policy}{(isDryRun ? DryRunMark : "")}";

    /// <summary>Reads the history from the recorded decisions. A pure function.</summary>
    /// <param name="decisions">All of them.</param>
    /// <param name="term">See <see cref="Term"/>.</param>
    /// <param name="isDryRun">Whether only those of dry runs count, or only the others.</param>
    public static DecisionHistory From(IEnumerable<ScalingDecision> decisions, int term, bool isDryRun = false)
    {
        var ordered = decisions.Where(decision => decision.DecisionId.EndsWith(DryRunMark, StringComparison.Ordinal) == isDryRun)
            .OrderBy(decision => decision.DecisionId, StringComparer.Ordinal).ToArray();
        var last = ordered.LastOrDefault();
        return new DecisionHistory(
            term,
            ManualOverride.From(last?.Override),
            [.. ordered.Where(decision => Acts(decision) && decision is { HasAccepted: true, Accepted: true } && decision.CurrentReplicas != decision.DesiredReplicas)
                .Select(ToStep)],
            last is not null && Acts(last) && !last.HasActuation ? last : null)
        {
            Newest = ordered.Select(decision => TimeIn(decision.DecisionId)).DefaultIfEmpty().Max(),
        };
    }

    /// <summary>The step that a decision asked for.</summary>
    public static ScalingStep ToStep(ScalingDecision decision) =>
        new(DateTimeOffset.FromUnixTimeMilliseconds(decision.DecidedAt), decision.CurrentReplicas, decision.DesiredReplicas, null);

    /// <summary>0 for an id that no autoscaler made.</summary>
    private static long TimeIn(string id) =>
        id.IndexOf('-', StringComparison.Ordinal) == TimeDigits && long.TryParse(id.AsSpan(0, TimeDigits), NumberStyles.None, CultureInfo.InvariantCulture, out var time) ? time : 0;

    private static bool Acts(ScalingDecision decision) => decision.Verdict is ScalingVerdict.ScaleOut or ScalingVerdict.ScaleIn;
}

/// <summary>
/// Of several autoscalers, the one decides that the consumer group assigns the only partition of topic <c>scaling-decisions</c>. It begins when it has read all
/// that was decided before. The brokers give the partition to another one when it leaves or is silent. Dry runs are a group of their own, and one that is not
/// enabled belongs to none.
/// </summary>
internal sealed partial class KafkaDecisionLog(
    [FromKeyedServices(KafkaDecisionLog.ConsumerName)] IConsumer<byte[]?, byte[]?> lease,
    TopicTable<string, ScalingDecision> decisions,
    IOptions<AutoscalerOptions> options,
    ILogger<KafkaDecisionLog> logger) : BackgroundService, IDecisionLog
{
    /// <summary>Key of the consumer's registration.</summary>
    public const string ConsumerName = "autoscaler-lease";

    /// <summary>The group of all autoscalers.</summary>
    private const string GroupId = "streamsocial-autoscalers";

    private static readonly TimeSpan PollWait = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan EndTimeout = TimeSpan.FromSeconds(5);

    private volatile DecisionHistory? _leading;
    private Thread? _thread;
    private int _terms;

    public DecisionHistory? Leading => _leading;

    /// <summary>The group of the autoscalers that change something, or of those that do not.</summary>
    public static string GroupOf(bool isDryRun) => isDryRun ? $"{GroupId}-dry-run" : GroupId;

    public override void Dispose()
    {
        base.Dispose();
        _thread?.Join();
    }

    protected override Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (!options.Value.Enabled)
            return Task.CompletedTask;
        var ended = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        // A thread of its own, because Consume blocks.
        _thread = new Thread(() => Run(ended, stoppingToken)) { IsBackground = true, Name = "autoscaler lease" };
        _thread.Start();
        return ended.Task;
    }

    private void Run(TaskCompletionSource ended, CancellationToken stoppingToken)
    {
        try
        {
            lease.Subscribe(TopicNames.ScalingDecisions);
            long? end = null;
            while (!stoppingToken.IsCancellationRequested)
            {
                lease.Consume(PollWait);
                if (lease.Assignment.Count == 0)
                {
                    if (_leading is not null)
                        LogLost();
                    (_leading, end) = (null, null);
                }
                else if (_leading is null)
                {
                    end ??= FindEnd();
                    if (end is { } known && decisions.IsCaughtUp && decisions.NextOffsets[0] >= known)
                        Begin();
                }
            }
            _leading = null;
            lease.Close();
            ended.SetResult();
        }
#pragma warning disable CA1031 // A thread's last handler: the host logs the reason and stops.
        catch (Exception e)
#pragma warning restore CA1031
        {
            _leading = null;
            ended.SetException(e);
        }
    }

    private void Begin()
    {
        _leading = DecisionHistory.From(decisions.Current.Entries.Values, ++_terms, options.Value.DryRun);
        LogBegun(decisions.Current.Entries.Count);
    }

    /// <summary>The log's end; null when the broker did not say.</summary>
    private long? FindEnd()
    {
        try
        {
            return lease.QueryWatermarkOffsets(new TopicPartition(TopicNames.ScalingDecisions, 0), EndTimeout).High;
        }
        catch (KafkaException e)
        {
            LogEndUnknown(e.Error.Reason);
            return null;
        }
    }

    [LoggerMessage(LogLevel.Information, "This autoscaler decides from now on; {Count} earlier decisions are known")]
    private partial void LogBegun(int count);

    [LoggerMessage(LogLevel.Warning, "Another autoscaler decides from now on")]
    private partial void LogLost();

    [LoggerMessage(LogLevel.Warning, "The end of the recorded decisions is unknown: {Reason}")]
    private partial void LogEndUnknown(string reason);
}
