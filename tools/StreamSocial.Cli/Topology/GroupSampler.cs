using Microsoft.Extensions.Logging.Abstractions;
using StreamSocial.Cli.Distribution;
using StreamSocial.Events.Stages;
using StreamSocial.Kafka;
using StreamSocial.Kafka.Lag;
using StreamSocial.Streams.Membership;
using StreamSocial.Streams.Membership.Diagnosis;

namespace StreamSocial.Cli.Topology;

/// <summary>Watches the group for some seconds: only then is it known how old what waits is, and whether its consumers get on.</summary>
internal static class GroupSampler
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan ReadTimeout = TimeSpan.FromSeconds(10);

    /// <summary>Returns the last of the readings.</summary>
    /// <param name="settings">The cluster.</param>
    /// <param name="members">The group's members.</param>
    /// <param name="length">How long to watch; an age is known only as far back.</param>
    /// <param name="time">The clock.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <exception cref="ToolException">An input topic is missing.</exception>
    public static async Task<GroupReading> SampleAsync(
        KafkaClientSettings settings, MemberTracker members, TimeSpan length, TimeProvider time, CancellationToken cancellationToken)
    {
        var topics = ReadInputs(settings);
        using var ends = new LogEndReader(settings, NullLogger<LogEndReader>.Instance);
        var (ages, diagnoses) = (new LogEndHistory(), new DiagnosisHistory());
        var (newest, heardAt) = (NewestReport(members), (long?)null);
        for (var start = time.GetTimestamp(); ; await Task.Delay(Interval, time, cancellationToken))
        {
            var read = await ends.ReadAsync(topics, ReadTimeout, cancellationToken);
            if (NewestReport(members) is var latest && latest > newest)
                (newest, heardAt) = (latest, time.GetTimestamp());
            // By the log's clock as soon as somebody reports: this machine's may be wrong.
            var logTime = heardAt is { } at ? DateTimeOffset.FromUnixTimeMilliseconds(newest) + time.GetElapsedTime(at) : (DateTimeOffset?)null;
            var reading = diagnoses.Add(ages.Add(GroupReading.Create(time.GetUtcNow(), read, members.Members, MemberTracker.MemberTimeout, logTime)));
            if (time.GetElapsedTime(start) >= length)
                return reading;
        }
    }

    private static long NewestReport(MemberTracker members) => members.Members.Select(member => member.ReportedAt).DefaultIfEmpty().Max();

    /// <summary>The group's input topics and their partitions, as the brokers know them.</summary>
    /// <exception cref="ToolException">One is missing.</exception>
    public static (string Name, int Partitions)[] ReadInputs(KafkaClientSettings settings)
    {
        using var inspector = new LogInspector(settings);
        var counts = inspector.ReadPartitionCounts();
        return
        [
            .. FeedGeneratorStages.Inputs.Select(topic =>
                (topic, counts.TryGetValue(topic, out var partitions) ? partitions : throw new ToolException($"There is no topic {topic} on this cluster."))),
        ];
    }
}
