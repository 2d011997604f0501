using System.Collections.Immutable;
using System.Globalization;
using StreamSocial.Alerts.Rules;

namespace StreamSocial.Alerts.Evaluation;

/// <summary>What each rule sees in an input. Pure functions.</summary>
public static class RuleEvaluator
{
    /// <summary>Topics that a text names.</summary>
    private const int NamedTopics = 3;

    private static readonly ImmutableSortedDictionary<string, string> NoLabels = ImmutableSortedDictionary<string, string>.Empty;

    /// <summary>What the rules see, in their order.</summary>
    public static ImmutableArray<RuleReading> Evaluate(IEnumerable<AlertRule> rules, AlertInput input) => [.. rules.Select(rule => Evaluate(rule, input))];

    private static RuleReading Evaluate(AlertRule rule, AlertInput input) => rule.Name switch
    {
        AlertRules.BrokerDown => Each(rule, input.Brokers, broker =>
            new(Label("broker", Text(broker.Id)), broker.IsRunning ? 0 : 1, $"Broker {broker.Id} is {broker.Status}.")),
        AlertRules.PartitionsOffline => Sum(rule, input.Lacking, topic => (topic.Topic, topic.Offline), "have no leader"),
        AlertRules.PartitionsUnderMinIsr => Sum(rule, input.Lacking, topic => (topic.Topic, topic.UnderMinIsr), "are below min.insync.replicas"),
        AlertRules.PartitionsUnderReplicated => Sum(rule, input.Lacking, topic => (topic.Topic, topic.UnderReplicated), "lack copies"),
        AlertRules.AuditNotZero => Each(rule, [
            Grown(Label("kind", "lost"), input.Lost, "entries were lost"),
            Grown(Label("kind", "misordered"), input.Misordered, "entries came after a later one")]),
        AlertRules.TasksFailed => Sum(rule, input.FailedTasks, topic => (topic.Key, topic.Value), "have stopped"),
        AlertRules.NoSignal => Each(rule, input.Sources, source =>
            new(Label("source", source.Key), source.Value ? 0 : 1, $"Unknown: {source.Key}.")),
        AlertRules.RecordsWaitTooLong => Each(rule, input.Topics, topic =>
            new(Label("topic", topic.Name), topic.OldestAge?.TotalSeconds, $"The oldest record of {topic.Name} has waited for {Seconds(topic.OldestAge)}.", topic.IsAgeComplete)),
        AlertRules.LagHigh => Each(rule, input.Topics, topic =>
            new(Label("topic", topic.Name), topic.Lag, $"{topic.Lag} records of {topic.Name} wait.", topic.IsLagComplete)),
        AlertRules.PartitionHot => Each(rule, input.Topics, topic =>
            new(Label("topic", topic.Name), topic.HotRatio, $"Partition {topic.Hottest} of {topic.Name} gets {Number(topic.HotRatio)} times the mean.")),
        AlertRules.ReplicasMissing => Each(rule, [
            new(NoLabels, input.WantedReplicas - input.ReadyReplicas, $"{input.ReadyReplicas} of {input.WantedReplicas} feed generators are ready.")]),
        AlertRules.RebalanceStorm => Each(rule, [
            new(NoLabels, input.RecentRebalances, $"{input.RecentRebalances} rebalances began within 10 minutes.")]),
        AlertRules.DeadLettersGrow => Each(rule, input.DeadLetters, topic =>
            Grown(Label("topic", topic.Key), topic.Value, $"entries of {topic.Key} went to the dead letters")),
        AlertRules.RetentionNear => Each(rule, input.Topics?.Where(topic => topic.Retention is not null), topic =>
            new(Label("topic", topic.Name), topic.OldestAge / topic.Retention, $"The oldest record of {topic.Name} has waited for {Seconds(topic.OldestAge)}; the topic keeps records for {topic.Retention}.", topic.IsAgeComplete)),
        AlertRules.DiskNearFull => Each(rule, input.Disks, disk =>
            new(Label("disk", disk.Key), disk.Value, string.Create(CultureInfo.InvariantCulture, $"Disk {disk.Key} is {disk.Value:P0} full."))),
        _ => throw new ArgumentOutOfRangeException(nameof(rule), rule.Name, "No such rule."),
    };

    /// <summary>One alert over all topics: a broker that ends takes copies of each of them along, which is one thing to be told.</summary>
    private static RuleReading Sum<T>(AlertRule rule, IEnumerable<T>? sources, Func<T, (string Topic, int? Partitions)> read, string what)
    {
        if (sources?.Select(read).ToArray() is not { } topics)
            return new RuleReading(rule, IsComplete: false, []);
        var lacking = topics.Where(topic => topic.Partitions > 0).OrderByDescending(topic => topic.Partitions).ToArray();
        var sum = lacking.Sum(topic => topic.Partitions) ?? 0;
        var names = lacking.Take(NamedTopics).Select(topic => $"{topic.Partitions} of {topic.Topic}");
        var others = lacking.Length > NamedTopics ? $", and of {lacking.Length - NamedTopics} more topics" : "";
        return Each(rule, [new(NoLabels, sum, $"{sum} partitions {what}: {string.Join(", ", names)}{others}.", topics.All(topic => topic.Partitions is not null))]);
    }

    private static RuleReading Sum<T>(AlertRule rule, ImmutableArray<T>? sources, Func<T, (string Topic, int? Partitions)> read, string what) =>
        Sum(rule, sources is { } known ? known.AsEnumerable() : null, read, what);

    private static Figure Grown(ImmutableSortedDictionary<string, string> labels, GrowthSignal? growth, string what) =>
        new(labels, growth?.Amount, $"{growth?.Amount} {what} within 10 minutes.", growth is { IsComplete: true });

    private static RuleReading Each<T>(AlertRule rule, ImmutableArray<T>? sources, Func<T, Figure> read) =>
        Each(rule, sources is { } known ? known.AsEnumerable() : null, read);

    private static RuleReading Each<T>(AlertRule rule, IEnumerable<T>? sources, Func<T, Figure> read) =>
        sources is null ? new RuleReading(rule, IsComplete: false, []) : Each(rule, [.. sources.Select(read)]);

    private static RuleReading Each(AlertRule rule, ImmutableArray<Figure> figures) =>
        new(rule, IsComplete: true, [.. figures.Select(figure => new Observation(rule, figure.Labels, Judge(rule, figure), figure.Value, figure.Text))]);

    /// <summary>A part of what waits can be enough to breach a rule; it is never enough to say that all is fine.</summary>
    private static Verdict Judge(AlertRule rule, Figure figure)
    {
        if (figure.Value is not { } value || !double.IsFinite(value))
            return Verdict.Unknown;
        if (value > rule.Threshold)
            return Verdict.Breached;
        return figure.IsComplete ? Verdict.Fine : Verdict.Unknown;
    }

    private static ImmutableSortedDictionary<string, string> Label(string name, string value) => NoLabels.Add(name, value);

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);

    private static string Number(double? number) => number?.ToString("0.#", CultureInfo.InvariantCulture) ?? "unknown";

    private static string Seconds(TimeSpan? time) => time is { } known ? $"{known.TotalSeconds.ToString("0.#", CultureInfo.InvariantCulture)} s" : "an unknown time";

    /// <summary>A figure with what it is of.</summary>
    private readonly record struct Figure(ImmutableSortedDictionary<string, string> Labels, double? Value, string Text, bool IsComplete = true);
}
