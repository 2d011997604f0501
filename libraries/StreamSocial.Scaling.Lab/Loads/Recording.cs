using System.Collections.Immutable;
using System.Text.Json;
using StreamSocial.Scaling.Lab.Model;

namespace StreamSocial.Scaling.Lab.Loads;

/// <summary>What arrived in the partitions of a running group's topics, second by second; a file in JSON.</summary>
/// <param name="Version">Version of the format.</param>
/// <param name="Description">Where it was recorded, for a person.</param>
/// <param name="Topics">The group's input topics.</param>
public sealed record Recording(int Version, string Description, ImmutableArray<RecordedTopic> Topics)
{
    /// <summary>The version that this code writes and reads.</summary>
    public const int CurrentVersion = 1;

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);

    /// <summary>Its length.</summary>
    public int Seconds => Topics.Max(topic => topic.Records.Length);

    /// <summary>Reads a recording.</summary>
    /// <param name="file">The file; read to its end.</param>
    /// <param name="name">Its name in messages.</param>
    /// <exception cref="LabFileException">It is none, or of another version.</exception>
    public static Recording Read(Stream file, string name)
    {
        try
        {
            var recording = JsonSerializer.Deserialize<Recording>(file, Json);
            if (recording?.Version != CurrentVersion)
                throw new LabFileException($"{name} has format {recording?.Version}; this tool reads {CurrentVersion}.");
            return !recording.Topics.IsDefaultOrEmpty && recording.Topics.All(topic => topic is { IsComplete: true } && topic.Records.Length == recording.Topics[0].Records.Length)
                ? recording
                : throw new LabFileException($"{name} lacks records: each topic needs a name and as many figures a second as it has partitions, none below 0, and all topics are as long.");
        }
        catch (JsonException e)
        {
            throw new LabFileException($"{name} is no recording: {e.Message}", e);
        }
    }

    /// <summary>Writes it.</summary>
    public Task WriteAsync(Stream file, CancellationToken cancellationToken) => JsonSerializer.SerializeAsync(file, this, Json, cancellationToken);

    /// <summary>The calibration with the partitions that were recorded, and with what the recorded group wrote to topics that nobody else fills.</summary>
    /// <param name="calibration">What records and moves cost.</param>
    public Calibration Apply(Calibration calibration) => calibration with
    {
        Stages =
        [
            .. calibration.Stages.Select(stage => Topics.FirstOrDefault(topic => topic.Topic == stage.Topic) is not { } topic
                ? stage
                : stage with { Partitions = topic.Partitions, RecordsPerSourceRecord = RatioOf(stage, topic) ?? stage.RecordsPerSourceRecord }),
        ],
    };

    /// <summary>The load: what arrived from outside. What the group itself writes follows from that.</summary>
    public LoadTrace ToLoad() => new(Seconds, [.. Topics.Where(topic => !topic.IsDerived).Select(topic => new TopicArrivals(topic.Topic, topic.Records))]);

    private double? RatioOf(StageCalibration stage, RecordedTopic topic) =>
        topic.IsDerived && Topics.FirstOrDefault(source => source.Topic == stage.FedBy) is { Total: > 0 } source ? topic.Total / source.Total : null;
}

/// <summary>What arrived in one topic.</summary>
/// <param name="Topic">The topic.</param>
/// <param name="Partitions">Its partitions.</param>
/// <param name="IsDerived">Whether only the group itself writes to it.</param>
/// <param name="Records">By second, then by partition: records.</param>
public sealed record RecordedTopic(string Topic, int Partitions, bool IsDerived, float[][] Records)
{
    /// <summary>All records.</summary>
    internal double Total => Records.Sum(second => second.Sum(records => (double)records));

    internal bool IsComplete => Topic is { Length: > 0 } && Partitions > 0 && Records is { Length: > 0 }
        && Records.All(second => second?.Length == Partitions && second.All(records => float.IsFinite(records) && records >= 0));
}
