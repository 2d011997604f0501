namespace StreamSocial.Streams.Simulation;

/// <summary>What to simulate.</summary>
public sealed record SimulationOptions
{
    /// <summary>Seed of the first schedule; the following ones count up, so that a failing one can be run alone.</summary>
    /// <value>Default 1.</value>
    public ulong Seed { get; init; } = 1;

    /// <summary>How many schedules to run.</summary>
    /// <value>Default 1,000; 1 or more.</value>
    public int Schedules { get; init; } = 1_000;

    /// <summary>A fault to plant, which must be noticed.</summary>
    /// <value>Default none.</value>
    public Mutant Mutant { get; init; }

    /// <summary>Failures after which it stops.</summary>
    /// <value>Default 5; 1 or more.</value>
    public int MaxFailures { get; init; } = 5;

    /// <summary>Steps before a failure that are told.</summary>
    /// <value>Default 40; 0 or more.</value>
    public int HistorySteps { get; init; } = 40;
}
