using StreamSocial.Events.Stages;

namespace StreamSocial.FeedGenerator.Reading.Routing;

/// <summary>A stage whose state is read, and the input topic whose partitions say where it is.</summary>
internal sealed record ReadTarget(string Stage, string Topic)
{
    public static ReadTarget Feeds { get; } = Of(FeedGeneratorStages.Feeds);

    public static ReadTarget Engagement { get; } = Of(FeedGeneratorStages.Engagement);

    private static ReadTarget Of(StageManifest stage) => new(stage.Name, stage.Input);
}
