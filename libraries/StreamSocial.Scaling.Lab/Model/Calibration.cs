using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace StreamSocial.Scaling.Lab.Model;

/// <summary>What a <see cref="GroupModel"/> is calibrated on: the measured speed of replicas and cost of moves.</summary>
public sealed record Calibration
{
    private const int MostPartitions = 100_000;
    private const int MostLanes = 10_000;

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow };

    /// <summary>Name of the profile.</summary>
    public required string Name { get; init; }

    /// <summary>Where the figures were measured, for a person.</summary>
    public required string Source { get; init; }

    /// <summary>The stages, a source before the stages that it feeds.</summary>
    public required ImmutableArray<StageCalibration> Stages { get; init; }

    /// <summary>Threads of a replica; a partition is processed by one of them.</summary>
    /// <value>Default 2; 1 to 10,000.</value>
    public int Lanes { get; init; } = 2;

    /// <summary>Time from when a replica's process starts until it joins the group.</summary>
    /// <value>0 or longer.</value>
    public required TimeSpan StartDelay { get; init; }

    /// <summary>Processes that start at the same time; further ones wait for their turn.</summary>
    /// <value>Default 2; 1 or more.</value>
    public int StartsAtOnce { get; init; } = 2;

    /// <summary>Time in which nobody processes a partition that moves, without its restore.</summary>
    /// <value>0 or longer.</value>
    public required TimeSpan MovePause { get; init; }

    /// <summary>Size of a partition's state.</summary>
    /// <value>0 or more.</value>
    public required long StateBytesPerPartition { get; init; }

    /// <summary>Speed at which a member restores the partitions that came to it, one after the other.</summary>
    /// <value>Above 0.</value>
    public required double RestoreBytesPerSecond { get; init; }

    /// <summary>A replica's seconds that one record from outside takes, with the records that it leads to.</summary>
    public double ReplicaSecondsPerRecord(string topic) => Stages.Where(stage => stage.Topic == topic).Sum(stage => 1 / stage.RecordsPerSecond)
        + Stages.Where(stage => stage.FedBy == topic).Sum(stage => stage.RecordsPerSourceRecord * ReplicaSecondsPerRecord(stage.Topic));

    /// <summary>Reads a calibration in the JSON form of this record.</summary>
    /// <exception cref="LabFileException">The file cannot be read or a figure is out of range.</exception>
    public static Calibration Read(string path)
    {
        try
        {
            var calibration = JsonSerializer.Deserialize<Calibration>(File.ReadAllBytes(path), Json) ?? throw new LabFileException($"{path} is empty.");
            return calibration.FindError() is { } error ? throw new LabFileException($"{path}: {error}") : calibration;
        }
        catch (Exception e) when (e is JsonException or IOException or UnauthorizedAccessException)
        {
            throw new LabFileException($"{path} is no calibration: {e.Message}", e);
        }
    }

    private string? FindError()
    {
        if (Stages.IsDefaultOrEmpty)
            return "stages is empty.";
        foreach (var (index, stage) in Stages.Index())
        {
            if (stage?.Topic is null)
                return $"stage {index + 1} has no topic.";
            if (stage.Partitions is < 1 or > MostPartitions || !double.IsFinite(stage.RecordsPerSecond) || !double.IsFinite(stage.RecordsPerSourceRecord) || stage.RecordsPerSecond <= 0 || stage.RecordsPerSourceRecord < 0)
                return $"{stage.Topic} needs 1 to {MostPartitions} partitions, recordsPerSecond above 0 and recordsPerSourceRecord of 0 or more.";
            if (stage.FedBy is { } source && !Stages.Take(index).Any(earlier => earlier.Topic == source))
                return $"{stage.Topic} is fed by {source}, which is no stage before it.";
        }
        if (Lanes is < 1 or > MostLanes || StartsAtOnce < 1)
            return $"lanes is 1 to {MostLanes}, startsAtOnce 1 or more.";
        return StartDelay < TimeSpan.Zero || MovePause < TimeSpan.Zero || StateBytesPerPartition < 0 || RestoreBytesPerSecond <= 0
            ? "startDelay, movePause and stateBytesPerPartition are 0 or more, restoreBytesPerSecond is above 0."
            : null;
    }
}

/// <summary>One stage of the group.</summary>
/// <param name="Topic">Its input topic.</param>
/// <param name="Partitions">Partitions of it.</param>
/// <param name="RecordsPerSecond">Records that a replica processes in a second in which it does nothing else.</param>
/// <param name="FedBy">The topic whose records lead to records of this one; null when it is filled from outside only.</param>
/// <param name="RecordsPerSourceRecord">How many of them one record of that topic leads to.</param>
public sealed record StageCalibration(string Topic, int Partitions, double RecordsPerSecond, string? FedBy = null, double RecordsPerSourceRecord = 0);
