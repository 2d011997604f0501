namespace StreamSocial.AppHost.Scaling;

/// <summary>How many feed generators there are.</summary>
internal sealed record FeedGeneratorOptions
{
    public const string SectionName = "FeedGenerators";

    private const int Limit = 64;

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
    /// How many start at the same time when more are asked for; the next ones follow when these are ready. A start takes some 3 s of processor time, so where cores are
    /// few the first of several helps sooner if it starts alone, and those that run are disturbed less.
    /// </summary>
    /// <value>Default 0: one for two cores, at least one; 0 to <see cref="Maximum"/>.</value>
    public int StartsAtOnce { get; init; }

    public IEnumerable<string> Validate()
    {
        if (Minimum < 1)
            yield return $"{SectionName}:{nameof(Minimum)} is {Minimum}; use at least 1.";
        if (Maximum < Minimum || Maximum > Limit)
            yield return $"{SectionName}:{nameof(Maximum)} is {Maximum}; use {nameof(Minimum)} ({Minimum}) to {Limit}.";
        if (Initial < Minimum || Initial > Maximum)
            yield return $"{SectionName}:{nameof(Initial)} is {Initial}; use {nameof(Minimum)} ({Minimum}) to {nameof(Maximum)} ({Maximum}).";
        if (StartsAtOnce < 0 || StartsAtOnce > Maximum)
            yield return $"{SectionName}:{nameof(StartsAtOnce)} is {StartsAtOnce}; use 0 (one for two cores) to {nameof(Maximum)} ({Maximum}).";
    }
}
