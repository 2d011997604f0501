using System.Collections.Immutable;

namespace StreamSocial.Kafka.Jmx;

/// <summary>A broker's figures from its JMX metrics. Null is unknown.</summary>
/// <param name="Broker">Its id.</param>
/// <param name="Problem">Why nothing is known; null when its exporter answered.</param>
/// <param name="BytesInPerSecond">Bytes per second that clients write.</param>
/// <param name="BytesOutPerSecond">Bytes per second that clients read.</param>
/// <param name="RequestsPerSecond">Requests of all kinds.</param>
/// <param name="ProduceP99Ms">Time of a produce request that 99 % do not exceed, in milliseconds.</param>
/// <param name="FetchP99Ms">The same of a consumer's fetch; the wait for records is part of it.</param>
/// <param name="ActiveControllers">1 for the controller, otherwise 0.</param>
/// <param name="IsrShrinks">How often a copy fell out of sync in a partition that it leads, since it started.</param>
/// <param name="GcShare">Share of time in garbage collections, 0 to 1.</param>
/// <param name="LogBytes">Bytes of all its copies.</param>
/// <param name="Voters">Members of the controllers' quorum.</param>
/// <param name="QuorumLag">Records of the quorum's log that it lacks, against the furthest of the brokers that answer.</param>
public sealed record BrokerFigures(
    int Broker, string? Problem, double? BytesInPerSecond, double? BytesOutPerSecond, double? RequestsPerSecond, double? ProduceP99Ms, double? FetchP99Ms,
    int? ActiveControllers, double? IsrShrinks, double? GcShare, long? LogBytes, int? Voters, long? QuorumLag)
{
    /// <summary>Figures of all brokers that were asked. Pure.</summary>
    /// <param name="now">What they say now.</param>
    /// <param name="earlier">What they said some seconds ago.</param>
    public static ImmutableArray<BrokerFigures> From(IReadOnlyCollection<JmxReading> now, IReadOnlyCollection<JmxReading> earlier)
    {
        var furthest = now.Max(reading => reading.Sample?.MetadataEnd);
        return [.. now.Select(reading => From(reading, earlier.FirstOrDefault(other => other.Broker == reading.Broker)?.Sample, furthest))];
    }

    private static BrokerFigures From(JmxReading reading, BrokerSample? before, long? furthest)
    {
        if (reading.Sample is not { } sample)
            return new BrokerFigures(reading.Broker, reading.Problem, null, null, null, null, null, null, null, null, null, null, null);
        return new BrokerFigures(
            reading.Broker,
            null,
            Rate(source => source.BytesIn),
            Rate(source => source.BytesOut),
            Rate(source => source.Requests),
            sample.ProduceP99Ms,
            sample.FetchP99Ms,
            sample.ActiveControllers,
            sample.IsrShrinks,
            Rate(source => source.GcSeconds),
            sample.LogSizes.Count == 0 ? null : sample.LogSizes.Values.Sum(),
            sample.Voters,
            furthest - sample.MetadataEnd);

        // A total that went back began again with its broker.
        double? Rate(Func<BrokerSample, double?> read) =>
            before is not null && sample.At > before.At && read(sample) - read(before) is >= 0 and var difference ? difference / (sample.At - before.At).TotalSeconds : null;
    }
}
