using System.Collections.Immutable;

namespace StreamSocial.Scaling.Lab.Runs;

/// <summary>What came of one policy under one load.</summary>
public sealed record RunResult
{
    /// <summary>The policy's name.</summary>
    public required string Policy { get; init; }

    /// <summary>Its settings, for a person.</summary>
    public required string Settings { get; init; }

    /// <summary>The steps that it decided, in order.</summary>
    public required ImmutableArray<SizeStep> Steps { get; init; }

    /// <summary>By second: replicas that run, those that are still starting too.</summary>
    public required ImmutableArray<int> Replicas { get; init; }

    /// <summary>By second: age of the oldest waiting record in seconds.</summary>
    public required ImmutableArray<float> AgeSeconds { get; init; }

    /// <summary>Times that the group was assigned anew.</summary>
    public required int Rebalances { get; init; }

    /// <summary>Age that is promised, in seconds.</summary>
    public required double AgeTargetSeconds { get; init; }

    /// <summary>Seconds at which the load changed.</summary>
    public required IReadOnlyList<int> LoadChanges { get; init; }

    /// <summary>What it cost.</summary>
    public double ReplicaSeconds => Replicas.Sum(replicas => (double)replicas);

    /// <summary>Seconds in which the oldest record was older than the target.</summary>
    public int SecondsLate => AgeSeconds.Count(age => age > AgeTargetSeconds);

    /// <summary>The greatest age.</summary>
    public double WorstAgeSeconds => AgeSeconds.Max();

    /// <summary>Most steps that one change of the load took.</summary>
    public int StepsToSettle => LoadChanges.Select((_, index) => StepsOfChange(index).Count()).Max();

    /// <summary>
    /// Steps in that were followed by a step out, and steps out that were taken back altogether, while the load did not change.
    /// </summary>
    public int Oscillations => LoadChanges.Select((_, index) => StepsOfChange(index).ToArray()).Sum(steps => steps.Zip(steps.Skip(1)).Count(pair => pair.First.IsOut switch
    {
        true => !pair.Second.IsOut && pair.Second.To <= pair.First.From,
        false => pair.Second.IsOut,
    }));

    private IEnumerable<SizeStep> StepsOfChange(int index)
    {
        var until = index + 1 < LoadChanges.Count ? LoadChanges[index + 1] : int.MaxValue;
        return Steps.Where(step => step.Second >= LoadChanges[index] && step.Second < until);
    }
}

/// <summary>One step.</summary>
/// <param name="Second">When it was decided.</param>
/// <param name="From">Replicas before it.</param>
/// <param name="To">Replicas after it.</param>
/// <param name="Reason">Why, for a person.</param>
public readonly record struct SizeStep(int Second, int From, int To, string Reason)
{
    /// <summary>Whether replicas were added.</summary>
    public bool IsOut => To > From;
}
