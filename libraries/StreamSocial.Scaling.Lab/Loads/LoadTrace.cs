using System.Collections.Immutable;
using StreamSocial.Scaling.Lab.Model;

namespace StreamSocial.Scaling.Lab.Loads;

/// <summary>What arrives from outside, second by second.</summary>
/// <param name="Seconds">Its length.</param>
/// <param name="Topics">The topics that it fills.</param>
public sealed record LoadTrace(int Seconds, ImmutableArray<TopicArrivals> Topics)
{
    /// <summary>The arrivals of a topic; null when the load does not fill it.</summary>
    public TopicArrivals? Find(string topic)
    {
        foreach (var arrivals in Topics)
        {
            if (arrivals.Topic == topic)
                return arrivals;
        }
        return null;
    }

    /// <summary>By second: how many replicas, always busy, it takes.</summary>
    public double[] InReplicas(Calibration calibration)
    {
        var replicas = new double[Seconds];
        foreach (var arrivals in Topics)
        {
            var cost = calibration.Stages.Where(stage => stage.Topic == arrivals.Topic).Sum(stage => 1 / stage.RecordsPerSecond)
                + calibration.Stages.Where(stage => stage.FedBy == arrivals.Topic && Find(stage.Topic) is null).Sum(stage => stage.RecordsPerSourceRecord * calibration.ReplicaSecondsPerRecord(stage.Topic));
            for (var second = 0; second < Seconds; second++)
                replicas[second] += arrivals.SumAt(second) * cost;
        }
        return replicas;
    }
}

/// <summary>Records that arrive in a topic.</summary>
/// <param name="topic">The topic.</param>
/// <param name="records">By second, then by partition: records.</param>
public sealed class TopicArrivals(string topic, float[][] records)
{
    /// <summary>The topic.</summary>
    public string Topic => topic;

    /// <summary>Records that arrive in a partition within a second; none after the end.</summary>
    public double At(int second, int partition) => second < records.Length ? records[second][partition] : 0;

    /// <summary>Records that arrive in all partitions within a second.</summary>
    public double SumAt(int second)
    {
        var sum = 0.0;
        foreach (var count in records[second])
            sum += count;
        return sum;
    }
}
