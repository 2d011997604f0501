using System.Collections.Immutable;
using StreamSocial.Events;
using StreamSocial.Events.Stages;
using StreamSocial.Kafka.Lag;
using StreamSocial.Scaling.Lab.Loads;

namespace StreamSocial.Cli.Lab;

/// <summary>Records what arrives in the group's input topics, from their log ends, once a second.</summary>
/// <param name="ends">Reads the log ends.</param>
/// <param name="topics">The topics and their partitions.</param>
/// <param name="time">Clock and delays.</param>
internal sealed class LoadRecorder(LogEndReader ends, IReadOnlyList<(string Name, int Partitions)> topics, TimeProvider time)
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan ReadTimeout = TimeSpan.FromSeconds(10);

    /// <summary>Records until the time is up or the token is cancelled.</summary>
    /// <param name="length">How long; null for as long as the token lasts.</param>
    /// <param name="description">What is recorded, for a person.</param>
    /// <param name="progress">Takes the second and the records of that second.</param>
    /// <param name="cancellationToken">Ends the recording; what was recorded is returned.</param>
    /// <exception cref="ToolException">The log ends could not be read at the beginning.</exception>
    public async Task<Recording> RecordAsync(TimeSpan? length, string description, IProgress<(int Second, long Records)> progress, CancellationToken cancellationToken)
    {
        var before = await ends.ReadAsync(topics, ReadTimeout, cancellationToken);
        if (before.FirstOrDefault(topic => !topic.IsComplete) is { } unread)
            throw new ToolException($"The log ends of {unread.Topic} could not be read. Do the brokers answer, and do the topics exist ('topics describe')?");

        var rows = topics.Select(_ => new List<float[]>()).ToArray();
        using var timer = new PeriodicTimer(Interval, time);
        try
        {
            for (var second = 0; second < (length?.TotalSeconds ?? int.MaxValue) && await timer.WaitForNextTickAsync(cancellationToken); second++)
            {
                var now = await ends.ReadAsync(topics, ReadTimeout, cancellationToken);
                before = Add(rows, before, now);
                progress.Report((second + 1, (long)rows.Sum(topic => topic[^1].Sum())));
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // Ended by hand: what was recorded so far is the recording.
        }
        return new Recording(
            Recording.CurrentVersion, description, [.. topics.Select((topic, index) => new RecordedTopic(topic.Name, topic.Partitions, IsDerived(topic.Name), [.. rows[index]]))]);
    }

    /// <summary>Ends that could not be read are as before: what arrived meanwhile counts in the next second.</summary>
    private static ImmutableArray<TopicLogEnds> Add(List<float[]>[] rows, ImmutableArray<TopicLogEnds> before, ImmutableArray<TopicLogEnds> now)
    {
        ImmutableArray<TopicLogEnds> known = [.. now.Select((topic, index) => topic with { NextOffsets = [.. topic.NextOffsets.Select((end, partition) => end ?? before[index].NextOffsets[partition])] })];
        foreach (var (index, topic) in known.Index())
            rows[index].Add([.. topic.NextOffsets.Select((end, partition) => (float)Math.Max(0, end!.Value - before[index].NextOffsets[partition]!.Value))]);
        return known;
    }

    /// <summary>Whether only the group writes to a topic, so that its records follow from the others'. Ingest writes the interactions, too.</summary>
    private static bool IsDerived(string topic) => topic != TopicNames.ContentInteractions && FeedGeneratorStages.All.Any(stage => stage.Outputs.Contains(topic));
}
