using System.Collections.Immutable;
using StreamSocial.Events;

namespace StreamSocial.Scaling.Lab.Model;

/// <summary>The calibrations that come with the lab.</summary>
public static class CalibrationProfiles
{
    private const long KiB = 1024;

    /// <summary>Entries per second that a replica was limited to in the measured runs.</summary>
    private const double MeasuredCapacity = 1_500;

    /// <summary>
    /// Embedded brokers. A step from 1 to 6 replicas, three starts of two at a time, was settled 31 s after the decision, 3 s of it the window of rates; of the partitions that moved, those that
    /// paused longest did so for 1.4 to 3.2 s.
    /// </summary>
    public static Calibration Embedded { get; } = new()
    {
        Name = "embedded",
        Source = "docs/measurements/2026-11-26-starts-and-spike.md (starts), 2026-11-22-drills-and-stage.md (pauses), 2026-11-26-policy-lab.md (records per action)",
        Stages = Stages,
        StartDelay = TimeSpan.FromSeconds(8.5),
        MovePause = TimeSpan.FromSeconds(1),
        StateBytesPerPartition = 256 * KiB,
        RestoreBytesPerSecond = 10_240 * KiB,
    };

    /// <summary>
    /// Three real brokers on the same two cores as everything else. A step of four starts, two at a time, was settled 71 s after the decision; of the partitions that moved, those that paused
    /// longest did so for 7 to 19 s.
    /// </summary>
    public static Calibration Process { get; } = Embedded with
    {
        Name = "process",
        Source = "docs/measurements/2026-11-26-starts-and-spike.md (starts), 2026-11-24-drills.md (pauses), 2026-11-26-policy-lab.md (records per action)",
        StartDelay = TimeSpan.FromSeconds(30),
        MovePause = TimeSpan.FromSeconds(4),
        RestoreBytesPerSecond = 2_560 * KiB,
    };

    /// <summary>All of them.</summary>
    public static ImmutableArray<Calibration> All => [Embedded, Process];

    private static ImmutableArray<StageCalibration> Stages =>
    [
        new(TopicNames.UserActions, 60, MeasuredCapacity),
        new(TopicNames.ContentInteractions, 30, MeasuredCapacity, TopicNames.UserActions, 0.7),
        new(TopicNames.FeedUpdates, 60, MeasuredCapacity, TopicNames.UserActions, 1),
    ];
}
