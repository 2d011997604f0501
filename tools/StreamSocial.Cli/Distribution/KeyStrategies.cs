using System.Collections.Immutable;
using StreamSocial.Events;
using StreamSocial.Events.Keys;

namespace StreamSocial.Cli.Distribution;

/// <summary>The key strategies that can be compared.</summary>
internal static class KeyStrategies
{
    /// <summary>Their names, in the order of <see cref="Create"/>.</summary>
    public static ImmutableArray<string> Names { get; } = [.. Create([], salts: 2, blockEvents: 1).Select(strategy => strategy.Name)];

    /// <summary>The name of the strategy that a topic is written with.</summary>
    public static string InUse(string topic) => topic switch
    {
        TopicNames.UserActions => new UserHashKeyStrategy().Name,
        TopicNames.ContentInteractions => new ContentHashKeyStrategy().Name,
        _ => throw new ArgumentOutOfRangeException(nameof(topic), topic, "The records of this topic are not keyed by one of the strategies."),
    };

    public static ImmutableArray<IKeyStrategy> Create(ImmutableHashSet<string> hotContents, int salts, int blockEvents) =>
    [
        new UserHashKeyStrategy(),
        new ContentHashKeyStrategy(),
        new HybridKeyStrategy(hotContents, salts),
        new SequentialKeyStrategy(blockEvents),
        new SaltedKeyStrategy(hotContents, salts),
    ];
}
