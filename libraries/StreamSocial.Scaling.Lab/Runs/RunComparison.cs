namespace StreamSocial.Scaling.Lab.Runs;

/// <summary>How a run does beside another policy's.</summary>
public enum Standing
{
    /// <summary>Fresher than all settings of the other policy that cost as little; or cheaper than all that are as fresh.</summary>
    Better,

    /// <summary>The other policy has a setting that is as fresh at the same cost.</summary>
    Equal,

    /// <summary>The other policy has a setting that is fresher at no more cost, or cheaper and as fresh.</summary>
    Worse,
}

/// <summary>Compares runs by two things only: the seconds in which records were late, and the replica-seconds. Pure.</summary>
public static class RunComparison
{
    /// <summary>So many seconds late more or less are as fresh.</summary>
    private const int SameSeconds = 1;

    /// <summary>A cost that differs by less is the same.</summary>
    private const double SameCost = 0.02;

    /// <summary>The run with the fewest late seconds; of those as fresh, the cheapest.</summary>
    public static RunResult Best(IReadOnlyCollection<RunResult> runs)
    {
        var fewest = runs.Min(run => run.SecondsLate);
        return runs.Where(run => run.SecondsLate <= fewest + SameSeconds).MinBy(run => run.ReplicaSeconds)!;
    }

    /// <summary>How a run does beside all settings of another policy.</summary>
    public static Standing Judge(RunResult run, IEnumerable<RunResult> others)
    {
        var rivals = others.Where(other => other.SecondsLate <= run.SecondsLate + SameSeconds && other.ReplicaSeconds <= run.ReplicaSeconds * (1 + SameCost)).ToArray();
        if (rivals.Any(other => other.SecondsLate < run.SecondsLate - SameSeconds || other.ReplicaSeconds < run.ReplicaSeconds * (1 - SameCost)))
            return Standing.Worse;
        return rivals.Length > 0 ? Standing.Equal : Standing.Better;
    }
}
