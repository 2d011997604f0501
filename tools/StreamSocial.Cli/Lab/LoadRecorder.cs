using System.Collections.Immutable;
using StreamSocial.Events;
using StreamSocial.Events.Stages;
using StreamSocial.Kafka.Lag;
using StreamSocial.Scaling.Lab.Loads;

namespace StreamSocial.Cli.Lab;

/// <summary>Records what arrives in the group's input topics, from their log ends, by the second.</summary>
/// <param name="readEnds">Reads the log ends.</param>
/// <param name="topics">The topics and their partitions.</param>
/// <param name="time">Clock and delays.</param>
internal sealed class LoadRecorder(
    Func<IReadOnlyList<(string Name, int Partitions)>, CancellationToken, Task<ImmutableArray<TopicLogEnds>>> readEnds, IReadOnlyList<(string Name, int Partitions)> topics, TimeProvider time)
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    /// <summary>Records until the time is up or the token is cancelled, or until ends were known last, if they are not at the end.</summary>
    /// <param name="length">How long; null for as long as the token lasts.</param>
    /// <param name="description">What is recorded, for a person.</param>
    /// <param name="progress">Takes the second and the records of that second.</param>
    /// <param name="cancellationToken">Ends the recording; what was recorded is returned.</param>
    /// <exception cref="ToolException">The log ends could not be read at the beginning.</exception>
    public async Task<Recording> RecordAsync(TimeSpan? length, string description, IProgress<(int Second, long Records)> progress, CancellationToken cancellationToken)
    {
        var first = await readEnds(topics, cancellationToken);
        if (first.FirstOrDefault(topic => !topic.IsComplete) is { } unread)
            throw new ToolException($"The log ends of {unread.Topic} could not be read. Do the brokers answer, and do the topics exist ('topics describe')?");

        var (start, seconds, most) = (time.GetTimestamp(), 0, length is { } wanted ? (int)Math.Ceiling(wanted.TotalSeconds) : int.MaxValue);
        var arrivals = first.Select(ends => new Arrivals(ends)).ToArray();
        using var timer = new PeriodicTimer(Interval, time);
        try
        {
            while (seconds < most && await timer.WaitForNextTickAsync(cancellationToken))
            {
                var now = await readEnds(topics, cancellationToken);
                var at = time.GetElapsedTime(start).TotalSeconds;
                foreach (var (index, ends) in now.Index())
                    arrivals[index].Add(ends, at);
                for (; seconds < Math.Min(most, (int)at); seconds++)
                    progress.Report((seconds + 1, (long)arrivals.Sum(topic => topic.Rows[seconds].Sum())));
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // Ended by hand: what was recorded so far is the recording.
        }
        // Since the last look at which an end was known, nobody knows what came.
        seconds = Math.Min(seconds, arrivals.Min(topic => topic.KnownSeconds));
        return new Recording(
            Recording.CurrentVersion, description, [.. topics.Select((topic, index) => new RecordedTopic(topic.Name, topic.Partitions, IsDerived(topic.Name), [.. arrivals[index].Rows.Take(seconds)]))]);
    }

    /// <summary>Whether only the group writes to a topic, so that its records follow from the others'. Ingest writes the interactions, too.</summary>
    private static bool IsDerived(string topic) => topic != TopicNames.ContentInteractions && FeedGeneratorStages.All.Any(stage => stage.Outputs.Contains(topic));

    /// <summary>
    /// What arrived in a topic, by second and partition. A look may come late, and an end may not be known at one: what arrived since the partition's end was known
    /// is spread evenly over that time, so that no second gets what others brought.
    /// </summary>
    /// <param name="first">The ends at the beginning, all known.</param>
    private sealed class Arrivals(TopicLogEnds first)
    {
        private readonly (long End, double At)[] _known = [.. first.NextOffsets.Select(end => (end!.Value, 0.0))];

        /// <summary>Records; the last second may not have passed yet.</summary>
        public List<float[]> Rows { get; } = [];

        /// <summary>Whole seconds of which what arrived in each partition is known.</summary>
        public int KnownSeconds => (int)_known.Min(end => end.At);

        /// <param name="now">The ends; what is not known of them stays as it was.</param>
        /// <param name="at">Seconds since the beginning.</param>
        public void Add(TopicLogEnds now, double at)
        {
            while (Rows.Count < at)
                Rows.Add(new float[_known.Length]);
            foreach (var (partition, next) in now.NextOffsets.Index())
            {
                var (before, from) = _known[partition];
                if (next is not { } end || at <= from)
                    continue;
                for (var second = (int)from; second < at; second++)
                    Rows[second][partition] += (float)(Math.Max(0, end - before) * (Math.Min(at, second + 1) - Math.Max(from, second)) / (at - from));
                _known[partition] = (end, at);
            }
        }
    }
}
