using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;
using StreamSocial.Events.Stages;
using StreamSocial.Streams.Tasks;

namespace StreamSocial.FeedGenerator.Engagement;

/// <summary>content-interactions → content-stats and the trend.</summary>
internal static class EngagementStage
{
    public static StageDefinition Define(IServiceProvider services)
    {
        var options = services.GetRequiredService<IOptions<EngagementOptions>>().Value;
        var stage = FeedGeneratorStages.Engagement;
        return new(stage.Name, stage.Input, stage.Changelog, context => new EngagementProcessor(context, options)) { Outputs = stage.Outputs };
    }
}

/// <summary>Options of the Engagement stage. All replicas need the same values.</summary>
internal sealed class EngagementOptions : IValidatableObject
{
    public const string SectionName = "Engagement";

    /// <summary>How far the time of a content's latest interaction advances between two of its records on content-stats.</summary>
    /// <value>Default 1 s; 0 (a record for each interaction) to 1 h, at most a quarter of <see cref="KeepIdleFor"/>.</value>
    public TimeSpan StatsInterval { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>Age at which an interaction counts half for the trend.</summary>
    /// <value>Default 1 h; 1 s to 365 days.</value>
    public TimeSpan TrendHalfLife { get; set; } = TimeSpan.FromHours(1);

    /// <summary>Number of contents that each partition ranks, and the largest limit of a request for the trend.</summary>
    /// <value>Default 100; 1 to 1000.</value>
    [Range(1, 1000)]
    public int TrendingContents { get; set; } = 100;

    /// <summary>
    /// How many ids of views, impressions and clicks each partition remembers, so that a repeat of a request counts once. The repeat may be counted
    /// if so many others came in between.
    /// </summary>
    /// <value>Default 8,192; 64 to 1,000,000. Each takes some 50 bytes of memory.</value>
    [Range(64, 1_000_000)]
    public int RememberedInteractions { get; set; } = 8_192;

    /// <summary>How long such an id is remembered, by the time of the log.</summary>
    /// <value>Default 10 min; 1 s to 1 day.</value>
    public TimeSpan InteractionMemory { get; set; } = TimeSpan.FromMinutes(10);

    /// <summary>
    /// How long a content is kept with which nobody interacts, by the time of the log; a half longer where the whole of it is counted. Then its counters are
    /// forgotten, here and on content-stats, and what is left of its score with them: a thousandth after ten half-lives of the trend, so keep contents for at least so
    /// long.
    /// </summary>
    /// <value>Default 90 days; 1 min to 3,650 days.</value>
    public TimeSpan KeepIdleFor { get; set; } = TimeSpan.FromDays(90);

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (StatsInterval < TimeSpan.Zero || StatsInterval > TimeSpan.FromHours(1))
            yield return new($"{SectionName}:{nameof(StatsInterval)} must be between 0 and 1 h.", [nameof(StatsInterval)]);
        if (InteractionMemory < TimeSpan.FromSeconds(1) || InteractionMemory > TimeSpan.FromDays(1))
            yield return new($"{SectionName}:{nameof(InteractionMemory)} must be between 1 s and 1 day.", [nameof(InteractionMemory)]);
        if (KeepIdleFor < TimeSpan.FromMinutes(1) || KeepIdleFor > TimeSpan.FromDays(3650))
            yield return new($"{SectionName}:{nameof(KeepIdleFor)} must be between 1 min and 3,650 days.", [nameof(KeepIdleFor)]);
        // Parts of a spread content are kept as long as somebody hears of them.
        if (StatsInterval > KeepIdleFor / 4)
            yield return new($"{SectionName}:{nameof(StatsInterval)} must be at most a quarter of {SectionName}:{nameof(KeepIdleFor)}.", [nameof(StatsInterval)]);
        if (TrendHalfLife < TimeSpan.FromSeconds(1) || TrendHalfLife > TimeSpan.FromDays(365))
            yield return new($"{SectionName}:{nameof(TrendHalfLife)} must be between 1 s and 365 days.", [nameof(TrendHalfLife)]);
    }
}
