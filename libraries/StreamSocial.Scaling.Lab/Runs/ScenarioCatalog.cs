using System.Collections.Immutable;
using System.Reflection;
using StreamSocial.Events;
using StreamSocial.Scaling.Lab.Loads;
using StreamSocial.Scaling.Lab.Model;

namespace StreamSocial.Scaling.Lab.Runs;

/// <summary>The loads of the lab. Heights are in replicas that would always be busy, so they fit any calibration.</summary>
public static class ScenarioCatalog
{
    private const int Short = 600;
    private const int Long = 1200;
    private const int TwoDays = 2880;

    /// <summary>All loads: those that need no file, those of the Higgs trace, and the recordings that come with the lab.</summary>
    /// <param name="calibration">What the group can do.</param>
    /// <param name="higgs">The Higgs trace; null leaves its loads out.</param>
    /// <exception cref="StreamSocial.Replay.Traces.TraceFormatException">The trace is not of the format.</exception>
    public static ImmutableArray<Scenario> Create(Calibration calibration, string? higgs) =>
        [.. Synthetic(calibration), .. higgs is null ? [] : Higgs(calibration, HiggsLoad.Read(higgs, calibration)), .. Recorded(calibration)];

    /// <summary>A recording as a load.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="recording">What was recorded.</param>
    /// <param name="calibration">What the group can do.</param>
    public static Scenario FromRecording(string name, Recording recording, Calibration calibration) => new(name, recording.Description, recording.Apply(calibration), recording.ToLoad());

    private static Scenario[] Synthetic(Calibration calibration)
    {
        return
        [
            Even("constant-trickle", "0.05 replicas", LoadShapes.Constant(0.05), Short),
            Even("constant-low", "0.6 replicas", LoadShapes.Constant(0.6), Short),
            Even("constant-medium", "3.3 replicas", LoadShapes.Constant(3.3), Short),
            Even("constant-high", "11 replicas", LoadShapes.Constant(11), Short),
            Even("constant-undersized", "4 replicas for a group of 1", LoadShapes.Constant(4), Short, initial: 1),
            Even("constant-oversized", "1.5 replicas for a group of 8", LoadShapes.Constant(1.5), Short, initial: 8),

            Even("step-x2-up", "2 to 4 replicas", LoadShapes.Levels((0, 2), (60, 4)), Short),
            Even("step-x10-up", "0.4 to 4 replicas", LoadShapes.Levels((0, 0.4), (60, 4)), Short),
            Even("step-x10-down", "4 to 0.4 replicas", LoadShapes.Levels((0, 4), (60, 0.4)), Short),
            Even("step-x10-and-back", "0.4 to 4 replicas for 5 minutes", LoadShapes.Levels((0, 0.4), (60, 4), (360, 0.4)), Long),
            Even("step-x100-up", "0.1 to 10 replicas", LoadShapes.Levels((0, 0.1), (60, 10)), Short),
            Even("step-x100-and-back", "0.1 to 10 replicas for 5 minutes", LoadShapes.Levels((0, 0.1), (60, 10), (360, 0.1)), Long),
            Even("spike-x10-short", "0.4 to 4 replicas for 45 seconds", LoadShapes.Levels((0, 0.4), (60, 4), (105, 0.4)), Short),
            Even("spikes-x10-twice", "0.4 to 4 replicas for a minute, and again 3 minutes later", LoadShapes.Levels((0, 0.4), (60, 4), (120, 0.4), (300, 4), (360, 0.4)), Long),
            Even("staircase", "0.8 to 6.4 replicas, doubled every 2 minutes, and down likewise", LoadShapes.Levels((0, 0.8), (120, 1.6), (240, 3.2), (360, 6.4), (540, 3.2), (660, 1.6), (780, 0.8)), Long),

            Even("ramp-up-slow", "0.5 to 6 replicas in 10 minutes", LoadShapes.Lines((60, 0.5), (660, 6)), Long),
            Even("ramp-up-fast", "0.5 to 6 replicas in a minute", LoadShapes.Lines((60, 0.5), (120, 6)), Short),
            Even("ramp-down-slow", "6 to 0.5 replicas in 10 minutes", LoadShapes.Lines((60, 6), (660, 0.5)), Long),
            Even("ramp-up-and-down", "0.5 to 6 replicas in 5 minutes, and down likewise", LoadShapes.Lines((60, 0.5), (360, 6), (660, 0.5)), Long),

            Even("diurnal-one-zone", "two days of 24 minutes, night 0.3, day 5 replicas", LoadShapes.Diurnal(0.3, 5, (1, 0)), TwoDays),
            Even("diurnal-three-zones", "the same users in Europe, America and Asia", LoadShapes.Diurnal(0.3, 5, (0.4, 0), (0.35, -7), (0.25, 8)), TwoDays),
            Even("diurnal-with-noise", "one zone, each second up to 30 % more or less", LoadShapes.Noisy(LoadShapes.Diurnal(0.3, 5, (1, 0)), 0.3, seed: 1), TwoDays),

            Hot("hot-partition-relievable", "3 replicas, a tenth of it in one partition: less than a lane", LoadShapes.Constant(3), Short, 0.1),
            Hot("hot-partition-beyond-a-lane", "3 replicas, a third of it in one partition: two lanes", LoadShapes.Constant(3), Short, 0.33),
            Hot("hot-partition-in-a-spike", "0.4 to 4 replicas for 5 minutes, a tenth of it in one partition", LoadShapes.Levels((0, 0.4), (60, 4), (360, 0.4)), Long, 0.1),

            Even("sawtooth-minute", "0.5 to 3 replicas every minute", LoadShapes.Sawtooth(0.5, 3, 60), Short),
            Even("sawtooth-four-minutes", "0.5 to 6 replicas every 4 minutes", LoadShapes.Sawtooth(0.5, 6, 240), Long),

            Even("noise-30-percent", "3.3 replicas, each second up to 30 % more or less", LoadShapes.Noisy(LoadShapes.Constant(3.3), 0.3, seed: 2), Short),
            Even("noise-90-percent", "3.3 replicas, each second up to 90 % more or less", LoadShapes.Noisy(LoadShapes.Constant(3.3), 0.9, seed: 3), Short),
            Even("noise-bursts", "1 replica, and 3 more for 10 seconds about every 40", LoadShapes.Bursts(LoadShapes.Constant(1), 3, 10, 40, Long, seed: 4), Long),
        ];

        Scenario Even(string name, string description, Func<int, double> load, int seconds, int? initial = null) => new(name, description, calibration, Spread(calibration, load, seconds, hotShare: 0), initial);

        Scenario Hot(string name, string description, Func<int, double> load, int seconds, double share) => new(name, description, calibration, Spread(calibration, load, seconds, share));
    }

    private static Scenario[] Higgs(Calibration calibration, HiggsLoad trace) =>
    [
        new("higgs-busiest-hour", "the busiest hour of the trace, 6 times as fast, at most 5 replicas", calibration, trace.Create(calibration, hours: 1, speed: 6, peak: 5)),
        new("higgs-busiest-hours", "the busiest 6 hours, 20 times as fast, at most 8 replicas", calibration, trace.Create(calibration, hours: 6, speed: 20, peak: 8)),
        new("higgs-busiest-day", "the busiest day, 60 times as fast, at most 5 replicas", calibration, trace.Create(calibration, hours: 24, speed: 60, peak: 5)),
        new("higgs-whole", "the whole trace, 300 times as fast, at most 5 replicas", calibration, trace.Create(calibration, hours: null, speed: 300, peak: 5)),
        new("higgs-whole-fast", "the whole trace, 1,000 times as fast, at most 10 replicas", calibration, trace.Create(calibration, hours: null, speed: 1000, peak: 10)),
    ];

    private static IEnumerable<Scenario> Recorded(Calibration calibration)
    {
        var assembly = Assembly.GetExecutingAssembly();
        foreach (var file in assembly.GetManifestResourceNames().Order(StringComparer.Ordinal))
        {
            using var stream = assembly.GetManifestResourceStream(file)!;
            yield return FromRecording(Path.GetFileNameWithoutExtension(file), Recording.Read(stream, file), calibration);
        }
    }

    /// <summary>Actions evenly over all partitions, but for a share of all that goes to the first one.</summary>
    private static LoadTrace Spread(Calibration calibration, Func<int, double> load, int seconds, double hotShare)
    {
        var partitions = calibration.Stages.First(stage => stage.Topic == TopicNames.UserActions).Partitions;
        var cost = calibration.ReplicaSecondsPerRecord(TopicNames.UserActions);
        var records = new float[seconds][];
        for (var second = 0; second < seconds; second++)
        {
            var actions = load(second) / cost;
            records[second] = new float[partitions];
            Array.Fill(records[second], (float)(actions * (1 - hotShare) / partitions));
            records[second][0] += (float)(actions * hotShare);
        }
        return new LoadTrace(seconds, [new TopicArrivals(TopicNames.UserActions, records)]);
    }
}
