using System.Collections.Concurrent;
using Confluent.Kafka;
using Microsoft.Extensions.Logging;
using StreamSocial.Kafka;
using StreamSocial.Kafka.Limits;
using StreamSocial.Streams.Checkpoints;
using StreamSocial.Streams.Hosting;
using StreamSocial.Streams.Membership;
using StreamSocial.Streams.Tasks;

namespace StreamSocial.Streams.Rebalancing;

/// <summary>
/// Ends the transactions that dead owners left open. Until the brokers do it themselves, after <see cref="TransactionalProducers.TransactionTimeout"/>, these
/// hide from a new owner what the changelogs hold and where the group is.
/// </summary>
/// <remarks>
/// A member that gives back in good order does not name the partitions in its reports any more. One that still does and has been silent for a while is dead or
/// a zombie, since the group gave its partitions to this member. If it is only slow, its next checkpoint begins anew with another producer. How long it has
/// been silent is not known at once: a member that has just begun knows the log's time from the next report on.
/// </remarks>
/// <param name="member">The member that takes over.</param>
/// <param name="members">Shows who owned what.</param>
/// <param name="stopping">Cancelled when this member ends.</param>
internal sealed partial class FormerOwners(MemberContext member, IMembersView members, CancellationToken stopping)
{
    private static readonly TimeSpan LookEvery = TimeSpan.FromMilliseconds(200);

    private static readonly TimeSpan RequestTimeout = TimeSpan.FromSeconds(10);

    /// <summary>
    /// Transactions of an owner ended at a time, each by a thread that waits for the brokers with a client of its own. Not the process's pool, which has as many threads as cores
    /// at first: others report and ask the group on it meanwhile.
    /// </summary>
    private const int MostThreads = 16;

    private readonly ILogger _logger = member.Host.Loggers.CreateLogger<FormerOwners>();
    private readonly ConcurrentDictionary<string, bool> _fenced = new();

    /// <summary>Begins to end the transactions of the dead owners of tasks that this member gets; returns at once.</summary>
    public void Fence(IEnumerable<TaskId> tasks)
    {
        var snapshot = members.Current;
        foreach (var owner in tasks.Select(task => OwnerOf(task, snapshot)).OfType<Member>().Distinct().Where(owner => owner.RunId != member.RunId))
            _ = FenceWhenSilentAsync(owner);
    }

    /// <summary>The same for an earlier run of this member, which has ended.</summary>
    public void FencePredecessor()
    {
        if (members.Current.Members.TryGetValue(member.Options.MemberId, out var predecessor) && predecessor.RunId != member.RunId)
            Fence(predecessor);
    }

    private Member? OwnerOf(TaskId task, MembersSnapshot snapshot) =>
        members.OwnerOf(task) is { } owner ? snapshot.Members.GetValueOrDefault(owner) : null;

    /// <summary>Ends the owner's transactions once it has been silent for long enough, unless it reports again or the brokers have ended them by then.</summary>
    private async Task FenceWhenSilentAsync(Member owner)
    {
        var started = member.Host.Time.GetTimestamp();
        try
        {
            while (!IsSilent(owner))
            {
                await Task.Delay(LookEvery, member.Host.Time, stopping);
                if (HasReportedSince(owner) || member.Host.Time.GetElapsedTime(started) > TransactionalProducers.TransactionTimeout)
                    return;
            }
            Fence(owner);
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            // Its tasks go to another member, which looks itself.
        }
    }

    private bool HasReportedSince(Member owner) =>
        members.Current.Members.TryGetValue(owner.MemberId, out var latest) && (latest.RunId != owner.RunId || latest.ReportedAt > owner.ReportedAt);

    private bool IsSilent(Member owner) =>
        members.Current.Clock is { } clock && clock.At(member.Host.Time.GetUtcNow()) - DateTimeOffset.FromUnixTimeMilliseconds(owner.ReportedAt) >= SilentMembers.SilenceOf(member.Options);

    private void Fence(Member owner)
    {
        string[] ids = [.. Enumerable.Range(0, owner.Lanes).SelectMany(lane => member.TransactionalIdsOf(owner.MemberId, owner.RunId, lane)).Where(id => _fenced.TryAdd(id, true))];
        var left = new ConcurrentQueue<string>(ids);
        for (var thread = 0; thread < Math.Min(ids.Length, MostThreads); thread++)
            _ = Task.Factory.StartNew(FenceAll, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);

        void FenceAll()
        {
            while (left.TryDequeue(out var id))
                Fence(owner.MemberId, id);
        }
    }

    private void Fence(string owner, string transactionalId)
    {
        var started = member.Host.Time.GetTimestamp();
        IProducer<byte[]?, byte[]?>? producer = null;
        try
        {
            var producers = new TransactionalProducers(transactionalId, member.Settings, member.Host.Loggers.CreateLogger<TransactionalProducers>());
            producer = producers.Create(RecordLimit.ClientDefaultBytes);
            producer.InitTransactions(RequestTimeout);
            LogFenced(owner, transactionalId, member.Host.Time.GetElapsedTime(started).TotalMilliseconds);
        }
        catch (KafkaException e)
        {
            // The brokers end its transactions themselves, later.
            _fenced.TryRemove(transactionalId, out _);
            LogNotFenced(owner, transactionalId, e.Error.Code, e.Error.Reason);
        }
        finally
        {
            // The other ids wait for this thread.
            producer?.DisposeOrLeave();
        }
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Ended what {Owner}, which is gone, left open under the transactional id {Id}, in {Milliseconds:F0} ms")]
    private partial void LogFenced(string owner, string id, double milliseconds);

    [LoggerMessage(Level = LogLevel.Warning, Message = "What {Owner}, which is gone, may have left open under the transactional id {Id} could not be ended ({Code}: {Reason}); the brokers do it when its time is over")]
    private partial void LogNotFenced(string owner, string id, ErrorCode code, string reason);
}
