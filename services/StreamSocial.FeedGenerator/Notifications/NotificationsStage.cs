using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;
using StreamSocial.Events.Stages;
using StreamSocial.FeedGenerator.Feeds;
using StreamSocial.Streams.Tasks;

namespace StreamSocial.FeedGenerator.Notifications;

/// <summary>notifications → the notifications of each user.</summary>
internal static class NotificationsStage
{
    public static StageDefinition Define(IServiceProvider services)
    {
        var options = services.GetRequiredService<IOptions<NotificationsOptions>>().Value;
        var stage = FeedGeneratorStages.Notifications;
        var changes = services.GetRequiredKeyedService<FeedChangeNotifier>(stage.Name);
        return new(stage.Name, stage.Input, stage.Changelog, context => new NotificationsProcessor(context, options, changes));
    }
}

/// <summary>Options of the Notifications stage. All replicas need the same values.</summary>
internal sealed class NotificationsOptions
{
    public const string SectionName = "Notifications";

    /// <summary>Number of notifications that are kept for each user; older ones are forgotten, read or not.</summary>
    /// <value>Default 200; 1 to 10,000. Each takes at most 1 KiB.</value>
    [Range(1, 10_000)]
    public int Capacity { get; set; } = 200;

    /// <summary>Whether users are notified of what others do that concerns them. What they were told before is kept.</summary>
    /// <value>Default true.</value>
    public bool Enabled { get; set; } = true;
}
