namespace StreamSocial.AppHost.Scaling;

/// <summary>How many feed generators there are.</summary>
internal sealed record FeedGeneratorOptions
{
    public const string SectionName = "FeedGenerators";

    private const int Limit = 64;
    private const int MostEntriesPerSecond = 1_000_000_000;

    /// <summary>Fewest that may be asked for.</summary>
    /// <value>Default 1; 1 to <see cref="Initial"/>.</value>
    public int Minimum { get; init; } = 1;

    /// <summary>How many start with the application.</summary>
    /// <value>Default 1; from <see cref="Minimum"/> to <see cref="Maximum"/>.</value>
    public int Initial { get; init; } = 1;

    /// <summary>Most that may be asked for; as many resources are declared, since none can be added later.</summary>
    /// <value>Default 4; <see cref="Initial"/> to 64.</value>
    public int Maximum { get; init; } = 4;

    /// <summary>
    /// How many start at the same time when more are asked for; the next ones follow when these are ready. Those that start together join the group together, and
    /// partitions move once; but a start takes some 3 s of processor time, which the running ones lack.
    /// </summary>
    /// <value>Default 0: as many as there are cores; 0 to <see cref="Maximum"/>.</value>
    public int StartsAtOnce { get; init; }

    /// <summary>
    /// Cap on the entries per second that each processes, as the processor quota of a small container would be; 0 for none. It shows on one machine what
    /// otherwise takes many. Where it is not given, <c>Streams:MaxEntriesPerSecond</c> counts.
    /// </summary>
    /// <value>Default none (3,000 with the demo's traffic, whose spike then needs three or four); 0 to 1,000,000,000.</value>
    public int? MaxEntriesPerSecond { get; init; }

    public IEnumerable<string> Validate()
    {
        if (Minimum < 1)
            yield return $"{SectionName}:{nameof(Minimum)} is {Minimum}; use at least 1.";
        if (Maximum < Minimum || Maximum > Limit)
            yield return $"{SectionName}:{nameof(Maximum)} is {Maximum}; use {nameof(Minimum)} ({Minimum}) to {Limit}.";
        if (Initial < Minimum || Initial > Maximum)
            yield return $"{SectionName}:{nameof(Initial)} is {Initial}; use {nameof(Minimum)} ({Minimum}) to {nameof(Maximum)} ({Maximum}).";
        if (MaxEntriesPerSecond is < 0 or > MostEntriesPerSecond)
            yield return $"{SectionName}:{nameof(MaxEntriesPerSecond)} is {MaxEntriesPerSecond}; use 0 (no cap) to {MostEntriesPerSecond}.";
        if (StartsAtOnce < 0 || StartsAtOnce > Maximum)
            yield return $"{SectionName}:{nameof(StartsAtOnce)} is {StartsAtOnce}; use 0 (as many as there are cores) to {nameof(Maximum)} ({Maximum}).";
    }
}
