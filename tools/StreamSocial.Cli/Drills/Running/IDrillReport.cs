namespace StreamSocial.Cli.Drills.Running;

/// <summary>What a drill found.</summary>
internal interface IDrillReport
{
    /// <summary>Whether everything held that the drill is to prove.</summary>
    bool Passed { get; }
}
