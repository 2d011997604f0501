using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;
using StreamSocial.Events.Stages;
using StreamSocial.FeedGenerator.Pulling;
using StreamSocial.Streams.Tasks;

namespace StreamSocial.FeedGenerator.Feeds;

/// <summary>feed-updates → the feed of each user.</summary>
internal static class FeedsStage
{
    public static StageDefinition Define(IServiceProvider services)
    {
        var options = services.GetRequiredService<IOptions<FeedsOptions>>().Value;
        var notifier = services.GetRequiredService<FeedChangeNotifier>();
        var pulled = services.GetRequiredService<IPullPosts>();
        var metrics = services.GetRequiredService<FeedsMetrics>();
        var traces = services.GetRequiredService<RecentTraces>();
        var stage = FeedGeneratorStages.Feeds;
        return new(stage.Name, stage.Input, stage.Changelog, context => new FeedsProcessor(context, options, notifier, pulled, metrics, traces)) { Outputs = stage.Outputs };
    }
}

/// <summary>Options of the Feeds stage. All replicas need the same values.</summary>
internal sealed class FeedsOptions
{
    public const string SectionName = "Feeds";

    /// <summary>Number of entries that a feed keeps; older ones are evicted.</summary>
    /// <value>Default 1000; 1 to 100,000.</value>
    [Range(1, 100_000)]
    public int Capacity { get; set; } = 1000;
}
