using StreamSocial.Events;
using StreamSocial.Replay.Messages;
using StreamSocial.Replay.Traces;
using StreamSocial.Scaling.Lab.Model;
using StreamSocial.Topics;

namespace StreamSocial.Scaling.Lab.Loads;

/// <summary>The Higgs trace as loads: when an action came, and into which partition its key leads. It keeps the trace's hot users and hot contents.</summary>
public sealed class HiggsLoad
{
    /// <summary>The load has a row a second.</summary>
    private const long LongestSeconds = 60 * 86_400;

    private readonly int[] _seconds;
    private readonly int[] _users;
    private readonly int[] _contents;
    private readonly int _partitions;
    private readonly int _contentPartitions;

    private HiggsLoad(List<(int Second, int User, int Content)> actions, int partitions, int contentPartitions)
    {
        _seconds = [.. actions.Select(action => action.Second)];
        _users = [.. actions.Select(action => action.User)];
        _contents = [.. actions.Select(action => action.Content)];
        (_partitions, _contentPartitions) = (partitions, contentPartitions);
    }

    /// <summary>Reads the trace.</summary>
    /// <exception cref="TraceFormatException">It is not of the format.</exception>
    public static HiggsLoad Read(string path, Calibration calibration)
    {
        var (partitions, contentPartitions) = (PartitionsOf(calibration, TopicNames.UserActions), PartitionsOf(calibration, TopicNames.ContentInteractions));
        using var trace = new HiggsTrace(path);
        var actions = new List<(int, int, int)>();
        var first = 0L;
        foreach (var action in trace.ReadEvents().OfType<ReplayAction>())
        {
            var at = action.OccurredAt!.Value.ToUnixTimeSeconds();
            first = actions.Count == 0 ? at : first;
            if (at - first < 0 || at - first > LongestSeconds)
                throw new TraceFormatException($"{path}: a line is {at - first} seconds after the first one; a load is at most {LongestSeconds / 86_400} days, in the order of time.");
            actions.Add((
                (int)(at - first),
                KeyPartitioner.PartitionOf(action.Key, partitions),
                action.ContentId is { } content ? KeyPartitioner.PartitionOf(content, contentPartitions) : -1));
        }
        return new HiggsLoad(actions, partitions, contentPartitions);
    }

    /// <summary>A part of the trace, sped up, and scaled so that its busiest half minute takes so many replicas.</summary>
    /// <param name="calibration">What a record costs.</param>
    /// <param name="hours">Length of the part: the busiest one of this length; null for the whole trace.</param>
    /// <param name="speed">Seconds of the trace in one second.</param>
    /// <param name="peak">Replicas that the busiest half minute of the result takes.</param>
    public LoadTrace Create(Calibration calibration, double? hours, double speed, double peak)
    {
        var (from, to) = hours is { } length ? BusiestPart((int)(length * 3600)) : (0, _seconds[^1] + 1);
        var seconds = (int)Math.Ceiling((to - from) / speed);
        var (users, contents) = (Empty(seconds, _partitions), Empty(seconds, _contentPartitions));
        for (var i = Array.FindIndex(_seconds, second => second >= from); i < _seconds.Length && _seconds[i] < to; i++)
        {
            var second = (int)((_seconds[i] - from) / speed);
            users[second][_users[i]]++;
            if (_contents[i] >= 0)
                contents[second][_contents[i]]++;
        }
        var load = new LoadTrace(seconds, [new TopicArrivals(TopicNames.UserActions, users), new TopicArrivals(TopicNames.ContentInteractions, contents)]);
        var busiest = LoadChanges.Means(load.InReplicas(calibration)).Max();
        foreach (var row in users.Concat(contents))
        {
            for (var partition = 0; partition < row.Length; partition++)
                row[partition] *= (float)(peak / busiest);
        }
        return load;
    }

    private (int From, int To) BusiestPart(int length)
    {
        var (best, from, last) = (0, 0, 0);
        for (var first = 0; first < _seconds.Length; first++)
        {
            while (last < _seconds.Length && _seconds[last] < _seconds[first] + length)
                last++;
            if (last - first > best)
                (best, from) = (last - first, _seconds[first]);
        }
        return (from, from + length);
    }

    private static int PartitionsOf(Calibration calibration, string topic) => calibration.Stages.First(stage => stage.Topic == topic).Partitions;

    private static float[][] Empty(int seconds, int partitions) => [.. Enumerable.Range(0, seconds).Select(_ => new float[partitions])];
}
