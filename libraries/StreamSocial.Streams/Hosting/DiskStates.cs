using Confluent.Kafka;
using Microsoft.Extensions.Logging;
using StreamSocial.Kafka.Administration;
using StreamSocial.Streams.Restoring;
using StreamSocial.Streams.State.Disk;

namespace StreamSocial.Streams.Hosting;

/// <summary>Hands the states of one run of a member to its next one, in the files of its disk store: a partition that it gets again reads only what is new.</summary>
/// <param name="disk">The disk store.</param>
/// <param name="retained">The states of tasks that are not running.</param>
/// <param name="member">The member.</param>
internal sealed partial class DiskStates(DiskSpace disk, RetainedStateCache retained, MemberContext member)
{
    private const int MostTries = 3;
    private static readonly TimeSpan RetryDelay = TimeSpan.FromSeconds(1);

    private readonly ILogger _logger = member.Host.Loggers.CreateLogger<DiskStates>();
    private string? _owner;

    /// <summary>Takes what the last run left; before the first task.</summary>
    public async Task TakeAsync(CancellationToken cancellationToken)
    {
        _owner = await FindOwnerAsync(cancellationToken);
        try
        {
            // In any case: what is nobody's lies in key ranges that are given out again.
            var states = disk.TakeKept(_owner ?? "one whose changelogs are not known");
            retained.Load(states, disk);
            if (states.Count > 0)
                LogTaken(states.Count, retained.Count);
        }
        catch (Exception exception) when (exception is IOException or InvalidDataException)
        {
            LogNotTaken(exception);
        }
    }

    /// <summary>Leaves the states for the next run; after the last task.</summary>
    public void Keep()
    {
        if (_owner is null)
            return;
        try
        {
            LogKept(retained.Keep(disk, _owner));
        }
        catch (IOException exception)
        {
            LogNotKept(exception);
        }
    }

    /// <summary>Without an answer this run has nothing of what the last one left, and leaves nothing itself: the changelogs may be others at its end.</summary>
    private async Task<string?> FindOwnerAsync(CancellationToken cancellationToken)
    {
        for (var tries = 1; ; tries++)
        {
            try
            {
                return await DescribeOwnerAsync(cancellationToken);
            }
            catch (KafkaException exception)
            {
                if (tries == MostTries)
                {
                    LogNotTaken(exception);
                    return null;
                }
            }
            await Task.Delay(RetryDelay, member.Host.Time, cancellationToken);
        }
    }

    /// <summary>Whose states they are: of this member, and of the changelogs as they are now and not as they were before somebody made them anew.</summary>
    /// <exception cref="KafkaException">The brokers do not say which changelogs there are.</exception>
    private async Task<string> DescribeOwnerAsync(CancellationToken cancellationToken)
    {
        var name = $"{member.Options.MemberId} of {member.Options.GroupId}";
        // Embedded brokers tell no ids, and their topics do not outlive them.
        if (member.Settings.IsEmbedded)
            return $"{name} at {member.Settings.BootstrapServers}";
        string[] topics = [.. member.Stages.Select(stage => stage.StateTopic).Distinct().Order(StringComparer.Ordinal)];
        using var reader = new TopicIds(member.Settings, member.Host.Loggers.CreateLogger<TopicIds>());
        var ids = await reader.ReadAsync(topics, cancellationToken);
        return Array.Find(topics, topic => !ids.ContainsKey(topic)) is { } unknown
            ? throw new KafkaException(new Error(ErrorCode.UnknownTopicOrPart, $"{unknown} has no id"))
            : $"{name} with {string.Join(", ", topics.Select(topic => $"{topic} {ids[topic]}"))}";
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "The last run left the states of {Count} partitions on disk; {Usable} can still be used")]
    private partial void LogTaken(int count, int usable);

    [LoggerMessage(Level = LogLevel.Warning, Message = "What the last run left on disk cannot be used; the state comes from the changelogs")]
    private partial void LogNotTaken(Exception exception);

    [LoggerMessage(Level = LogLevel.Information, Message = "The states of {Count} partitions stay on disk for the next run")]
    private partial void LogKept(int count);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The states cannot be left on disk for the next run, which reads the changelogs")]
    private partial void LogNotKept(Exception exception);
}
