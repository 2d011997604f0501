using Microsoft.Extensions.Options;
using StreamSocial.Control;
using StreamSocial.Dashboard.Overrides;
using StreamSocial.Events.Stages;
using StreamSocial.Events.Topics;
using StreamSocial.Kafka.Cluster;
using StreamSocial.Kafka.Lag;
using StreamSocial.Kafka.Topics;
using StreamSocial.Scaling;
using StreamSocial.ServiceDefaults.Http;
using StreamSocial.Streams.Membership;
using StreamSocial.Streams.Membership.Diagnosis;

namespace StreamSocial.Dashboard.Sources.Demo;

/// <summary>A made-up group with rising and falling load, for work on the page without a cluster. It scales itself and obeys the buttons.</summary>
internal sealed class DemoClusterSource(IOptions<DashboardOptions> options, TimeProvider time) : IClusterSource, IOverrides
{
    private const double EntriesPerReplica = 9_000;
    private const int Minimum = 1;
    private const int Maximum = 4;
    private const int Brokers = 3;
    private static readonly double[] Skews = [1.1, 1.2, 0.9];
    private static readonly OverrideDocument None = new("none", null, null);

    private readonly Random _random = new(7);
    private readonly DemoTopic[] _topics = [.. FeedGeneratorStages.Inputs.Select((input, index) => new DemoTopic(input, StreamSocialTopics.For(TopologyProfile.Full)[input].Partitions, Skews[index % Skews.Length]))];
    private readonly List<ScalingDecision> _decisions = [];
    private readonly DiagnosisHistory _diagnoses = new();

    private TopicsReading? _catalogue;
    private DemoGroup? _group;
    private volatile OverrideDocument _override = None;
    private int _wanted = 2;
    private long _tick;

    public Task<ClusterReading> ReadAsync(CancellationToken cancellationToken)
    {
        _tick++;
        var (at, length) = (time.GetUtcNow(), (long)options.Value.HistoryLength.TotalMilliseconds);
        var now = at.ToUnixTimeMilliseconds();
        if (_group is null)
        {
            _group = new DemoGroup(_topics);
            _group.Resize(_wanted, now);
        }
        _group.Advance(now, length);
        var spike = Math.Pow(Math.Max(0, Math.Sin(_tick / 45.0)), 6);
        var load = 5_000 + (26_000 * spike);
        Decide(_group, now, load);
        var replicas = _group.Replicas.Values;
        foreach (var topic in _topics)
            topic.Advance(_random, load / _topics.Length, Math.Min(1, EntriesPerReplica * _group.Replicas.Count / load), spike);
        var reading = GroupReading.Create(
            at,
            _topics.Select(topic => new TopicLogEnds(topic.Name, topic.Ends)),
            [.. replicas.Select(replica => Member(replica, now, Math.Min(load / _group.Replicas.Count, EntriesPerReplica)))],
            options.Value.MemberTimeout);
        reading = _diagnoses.Add(reading with { Topics = [.. reading.Topics.Zip(_topics, (topic, demo) => demo.WithAges(topic))] });
        var ready = replicas.Count(replica => _topics.All(topic => !topic.Owners.Index().Any(owner => owner.Item == replica.Number && topic.IsRestoring[owner.Index])));
        return Task.FromResult(new ClusterReading(
            reading,
            [.. Enumerable.Reverse(_decisions).Take(20)],
            new ScaleDocument(new ScaleSpec(_wanted), new ScaleStatus(_group.Replicas.Count, ready), Minimum, Maximum),
            [Running("feed-generator-1", "http://localhost:5200"), Running("ingest", "http://localhost:5100")])
        {
            Rebalances = _group.Events,
            Catalogue = DemoCatalogue.Describe(_topics, at, ref _catalogue),
            Cluster = new ClusterState(at, 1, [.. Enumerable.Range(1, Brokers).Select(id => Broker(id, at))],
                [.. _topics.Select(topic => new TopicReplication(topic.Name, topic.Ends.Length, Brokers, 2, 0, 0, 0, 0))]),
            Consumers = new GroupReports([DemoGroups.Describe(_topics, replicas), DemoGroups.Foreign(_topics[0])]),
        });
    }

    public Task<OverrideDocument> GetAsync(CancellationToken cancellationToken) => Task.FromResult(Valid());

    public Task<OverrideDocument> SetAsync(OverrideRequest request, CancellationToken cancellationToken)
    {
        if (request.Kind == "fixed" && request.Replicas is not (>= Minimum and <= Maximum))
            throw new OverrideException(ApiProblems.Invalid, $"replicas is {request.Replicas}; give {Minimum} to {Maximum}.");
        if (request.Kind is not ("fixed" or "paused"))
            throw new OverrideException(ApiProblems.Invalid, $"kind is {request.Kind}; give fixed or paused.");
        _override = new OverrideDocument(request.Kind, request.Replicas, request.ForSeconds is { } seconds ? time.GetUtcNow().AddSeconds(seconds) : null);
        return Task.FromResult(_override);
    }

    public Task ResumeAsync(CancellationToken cancellationToken)
    {
        _override = None;
        return Task.CompletedTask;
    }

    private BrokerState Broker(int id, DateTimeOffset at)
    {
        var partitions = _topics.Sum(topic => topic.Ends.Length);
        return new BrokerState(id, $"localhost:{9091 + id}", BrokerStatus.Running, at, partitions / Brokers, partitions / Brokers, partitions, partitions);
    }

    private static ResourceDocument Running(string name, string url) => new(name, "Project", "Running", "Healthy", null, null, [url]);

    private OverrideDocument Valid() => _override is { Until: { } until } && until <= time.GetUtcNow() ? _override = None : _override;

    private void Decide(DemoGroup group, long now, double load)
    {
        var told = Valid();
        if (!group.IsSettled || told.Kind == "paused" || (told.Kind == "none" && _tick % 5 != 0))
            return;
        var needed = Math.Clamp((int)Math.Ceiling(load / EntriesPerReplica / 0.8), Minimum, Maximum);
        var next = told.Replicas ?? (needed >= _wanted ? needed : _wanted - 1);
        // In slowly, as an autoscaler does that waits for the load to stay low.
        if (next == _wanted || (told.Replicas is null && next < _wanted && _tick % 20 != 0))
            return;
        _decisions.Add(new ScalingDecision
        {
            DecisionId = $"demo-{_tick}",
            DecidedAt = now,
            Verdict = next > _wanted ? ScalingVerdict.ScaleOut : ScalingVerdict.ScaleIn,
            CurrentReplicas = _wanted,
            DesiredReplicas = next,
            Reason = told.Replicas is not null ? $"Somebody asked for {next} replicas."
                : next > _wanted ? $"The load needs {next} replicas."
                : $"No more than {next} needed; one goes.",
            Policy = "demo",
            Actuation = $"started or ended replicas until there were {next}",
            Accepted = true,
            Terms = { ["arrival.records_per_second"] = load },
        });
        if (_decisions.Count > 100)
            _decisions.RemoveAt(0);
        _wanted = next;
        group.Resize(next, now);
    }

    private Member Member(DemoReplica replica, long now, double rate)
    {
        replica.Entries += (long)rate;
        var member = new Member
        {
            MemberId = replica.MemberId,
            ResourceName = replica.Name,
            Endpoint = $"http://localhost:{5199 + replica.Number}",
            Epoch = replica.Epoch,
            StartedAt = replica.StartedAt,
            ReportedAt = now,
            BusyRatio = rate / EntriesPerReplica,
            TrueRate = EntriesPerReplica,
            Lanes = 2,
            Counters = new MemberCounters
            {
                EntriesProcessed = replica.Entries,
                EntriesEmitted = replica.Entries * 3,
                DuplicatesDropped = 12L * (replica.Number - 1),
                Checkpoints = _tick / 10,
                RestoredBytes = replica.RestoredBytes,
            },
        };
        foreach (var topic in _topics)
            member.Topics.Add(topic.OwnedBy(replica.Number));
        return member;
    }
}
