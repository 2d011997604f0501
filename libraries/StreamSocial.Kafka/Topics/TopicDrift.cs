using System.Collections.Immutable;
using System.Globalization;
using StreamSocial.Kafka.Administration;
using StreamSocial.Topics;

namespace StreamSocial.Kafka.Topics;

/// <summary>What a topic is set to and the catalogue is not.</summary>
/// <param name="Setting">Kafka's name of the setting, or <c>partitions</c>, <c>replicas</c>.</param>
/// <param name="Wanted">What the catalogue has; <c>the brokers' own</c> for a setting that it leaves to them.</param>
/// <param name="Actual">What the topic has; <c>unset</c> for a setting that the brokers do not report.</param>
public sealed record TopicDrift(string Setting, string Wanted, string Actual)
{
    private const string LeftToBrokers = "the brokers' own";

    /// <summary>Finds every difference. Pure.</summary>
    /// <param name="spec">The topic as the catalogue has it.</param>
    /// <param name="partitions">Its partitions in the cluster.</param>
    /// <param name="configuration">Its settings; null when they are unknown, which is no difference.</param>
    public static ImmutableArray<TopicDrift> Find(TopicSpec spec, int partitions, TopicConfiguration? configuration)
    {
        var drifts = ImmutableArray.CreateBuilder<TopicDrift>();
        if (partitions != spec.Partitions)
            drifts.Add(new TopicDrift("partitions", Text(spec.Partitions), Text(partitions)));
        if (configuration is null)
            return drifts.ToImmutable();

        if (configuration.ReplicationFactor != spec.ReplicationFactor)
            drifts.Add(new TopicDrift("replicas", Text(spec.ReplicationFactor), Text(configuration.ReplicationFactor)));
        // With fewer copies, as few have to be in sync: the catalogue's number would let nothing be written.
        var wanted = spec.WithReplicationFactor(configuration.ReplicationFactor).Configuration;
        foreach (var (setting, value) in wanted)
        {
            if (!configuration.Values.TryGetValue(setting, out var actual) || !IsSame(setting, value, actual))
                drifts.Add(new TopicDrift(setting, value, actual ?? "unset"));
        }
        foreach (var setting in configuration.Own.Where(setting => !wanted.ContainsKey(setting)).Order(StringComparer.Ordinal))
            drifts.Add(new TopicDrift(setting, LeftToBrokers, configuration.Values.GetValueOrDefault(setting, "unset")));
        return drifts.ToImmutable();
    }

    /// <summary>
    /// The command that mends the settings of one topic; null when there is none to mend by a command. Longer retention stays as it is: with the catalogue's, records that
    /// wait could be deleted.
    /// </summary>
    public static string? MendingCommand(string topic, IReadOnlyCollection<TopicDrift> drifts, string bootstrapServers)
    {
        var settings = drifts.Where(drift => drift.Setting is not ("partitions" or "replicas") && !drift.KeepsLonger).ToList();
        if (settings.Count == 0)
            return null;
        var set = settings.Where(drift => drift.Wanted != LeftToBrokers).Select(drift => $"{drift.Setting}={Quoted(drift.Wanted)}").ToList();
        var unset = settings.Where(drift => drift.Wanted == LeftToBrokers).Select(drift => drift.Setting).ToList();
        return $"kafka-configs --bootstrap-server {bootstrapServers} --alter --entity-type topics --entity-name {topic}"
            + (set.Count > 0 ? $" --add-config '{string.Join(',', set)}'" : "")
            + (unset.Count > 0 ? $" --delete-config '{string.Join(',', unset)}'" : "");
    }

    private bool KeepsLonger => Setting == "retention.ms" && long.TryParse(Wanted, CultureInfo.InvariantCulture, out var wanted)
        && long.TryParse(Actual, CultureInfo.InvariantCulture, out var actual) && (actual < 0 || actual > wanted);

    /// <summary>The tool takes a value with commas in brackets.</summary>
    private static string Quoted(string value) => value.Contains(',', StringComparison.Ordinal) ? $"[{value}]" : value;

    private static bool IsSame(string setting, string wanted, string actual) => setting == "cleanup.policy"
        ? TopicComparison.Normalize(wanted) == TopicComparison.Normalize(actual)
        : string.Equals(wanted, actual, StringComparison.OrdinalIgnoreCase);

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
