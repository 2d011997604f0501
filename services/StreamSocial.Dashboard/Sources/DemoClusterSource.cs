using Microsoft.Extensions.Options;
using StreamSocial.Control;
using StreamSocial.Events.Stages;
using StreamSocial.Events.Topics;
using StreamSocial.Kafka.Lag;
using StreamSocial.Scaling;
using StreamSocial.Streams.Membership;

namespace StreamSocial.Dashboard.Sources;

/// <summary>A made-up group with rising and falling load, for work on the page without a cluster. The same figures in every run.</summary>
internal sealed class DemoClusterSource(IOptions<DashboardOptions> options, TimeProvider time) : IClusterSource
{
    private const double EntriesPerReplica = 9_000;
    private static readonly double[] Skews = [1.1, 1.2, 0.9];

    private readonly DateTimeOffset _start = time.GetUtcNow();
    private readonly Random _random = new(7);
    private readonly DemoTopic[] _topics = [.. FeedGeneratorStages.Inputs.Select((input, index) => new DemoTopic(input, StreamSocialTopics.For(TopologyProfile.Full)[input].Partitions, Skews[index % Skews.Length]))];
    private readonly List<ScalingDecision> _decisions = [];
    private readonly long[] _entries = new long[8];

    private int _replicas = 2;
    private long _tick;

    public Task<ClusterReading> ReadAsync(CancellationToken cancellationToken)
    {
        _tick++;
        var now = time.GetUtcNow();
        var spike = Math.Pow(Math.Max(0, Math.Sin(_tick / 45.0)), 6);
        var load = 5_000 + (26_000 * spike);
        Decide(now, load);
        var capacity = EntriesPerReplica * _replicas / load;
        foreach (var topic in _topics)
            topic.Advance(_random, load / _topics.Length, Math.Min(1, capacity), spike);
        var group = GroupReading.Create(
            now,
            _topics.Select(topic => new TopicLogEnds(topic.Name, topic.Ends)),
            [.. Enumerable.Range(0, _replicas).Select(index => Member(index, now, Math.Min(load / _replicas, EntriesPerReplica)))],
            options.Value.MemberTimeout);
        return Task.FromResult(new ClusterReading(
            group,
            [.. Enumerable.Reverse(_decisions).Take(20)],
            new ScaleDocument(new ScaleSpec(_replicas), new ScaleStatus(_replicas, _replicas), 1, 4),
            [Running("feed-generator-1", "http://localhost:5200"), Running("ingest", "http://localhost:5100")]));
    }

    private static ResourceDocument Running(string name, string url) => new(name, "Project", "Running", "Healthy", null, null, [url]);

    private void Decide(DateTimeOffset now, double load)
    {
        var wanted = Math.Clamp((int)Math.Ceiling(load / EntriesPerReplica / 0.8), 1, 4);
        if (wanted == _replicas || _tick % 5 != 0)
            return;
        var next = wanted > _replicas ? wanted : _replicas - 1;
        _decisions.Add(new ScalingDecision
        {
            DecisionId = $"demo-{_tick}",
            DecidedAt = now.ToUnixTimeMilliseconds(),
            Verdict = next > _replicas ? ScalingVerdict.ScaleOut : ScalingVerdict.ScaleIn,
            CurrentReplicas = _replicas,
            DesiredReplicas = next,
            Reason = next > _replicas ? $"The load needs {next} replicas." : $"No more than {next} needed for 60 s; one goes.",
            Policy = "demo",
            Terms = { ["arrival.records_per_second"] = load },
        });
        _replicas = next;
    }

    private Member Member(int index, DateTimeOffset now, double rate)
    {
        _entries[index] += (long)rate;
        var member = new Member
        {
            MemberId = $"demo-{index + 1}",
            ResourceName = $"feed-generator-{index + 1}",
            Endpoint = $"http://localhost:{5200 + index}",
            Epoch = 1 + _decisions.Count,
            StartedAt = _start.ToUnixTimeMilliseconds(),
            ReportedAt = now.ToUnixTimeMilliseconds(),
            BusyRatio = rate / EntriesPerReplica,
            TrueRate = EntriesPerReplica,
            Lanes = 2,
            Counters = new MemberCounters { EntriesProcessed = _entries[index], EntriesEmitted = _entries[index] * 3, DuplicatesDropped = 12L * index, Checkpoints = _tick / 10 },
        };
        foreach (var topic in _topics)
            member.Topics.Add(topic.OwnedBy(index, _replicas));
        return member;
    }
}
