using StreamSocial.Events.Topics;

namespace StreamSocial.Cli.Topology;

/// <summary>Which topology to start.</summary>
internal sealed record TopologyOptions
{
    /// <summary>Value of <c>Kafka:Source</c>: auto, external, containers, process or embedded.</summary>
    public string Kafka { get; init; } = "auto";

    /// <summary>Partition counts; null leaves it to the AppHost, which chooses by the cluster.</summary>
    public TopologyProfile? Profile { get; init; }

    /// <summary>Feed generators at the start.</summary>
    public int InitialReplicas { get; init; } = 1;

    /// <summary>Most feed generators.</summary>
    public int MaximumReplicas { get; init; } = 3;

    /// <summary>The AppHost's assembly; null to build the one that belongs to this tool.</summary>
    public FileInfo? AppHost { get; init; }

    /// <summary>Where the AppHost's output goes.</summary>
    public required FileInfo Log { get; init; }

    /// <summary>How long everything may take to become healthy.</summary>
    public TimeSpan StartTimeout { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>How long the AppHost may take to end by itself before it is killed with all that it started.</summary>
    public TimeSpan StopTimeout { get; init; } = TimeSpan.FromSeconds(45);

    /// <summary>Further arguments of the AppHost, such as <c>--Feeds:Capacity=10</c>.</summary>
    public IReadOnlyList<string> FurtherArguments { get; init; } = [];

    /// <summary>The AppHost's command line.</summary>
    public IEnumerable<string> ToArguments(Uri control)
    {
        yield return $"--Kafka:Source={Kafka}";
        if (Profile is { } profile)
            yield return $"--Topology:Profile={profile.ToString().ToLowerInvariant()}";
        yield return $"--FeedGenerators:Initial={InitialReplicas}";
        yield return $"--FeedGenerators:Maximum={MaximumReplicas}";

        // The verification says itself what happens when; nothing else may scale, send or listen on a fixed port.
        yield return "--Autoscaler:Enabled=false";
        yield return "--Traffic:Enabled=false";
        yield return "--Dashboard:Enabled=false";
        yield return "--AspireDashboard:Enabled=false";
        yield return $"--Control:Url={control.ToString().TrimEnd('/')}";
        foreach (var argument in FurtherArguments)
            yield return argument;
    }
}
