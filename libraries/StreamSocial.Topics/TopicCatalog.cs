using System.Collections.Frozen;
using System.Collections.Immutable;

namespace StreamSocial.Topics;

/// <summary>The topics of an application, by name. Immutable.</summary>
public sealed class TopicCatalog
{
    private readonly FrozenDictionary<string, TopicSpec> _byName;

    /// <summary>Makes a catalog of the topics that the application declares.</summary>
    /// <exception cref="ArgumentException">Two topics have the same name, or one has no name or no partition.</exception>
    public TopicCatalog(IEnumerable<TopicSpec> topics)
    {
        Topics = [.. topics];
        foreach (var topic in Topics)
        {
            if (string.IsNullOrWhiteSpace(topic.Name))
                throw new ArgumentException("A topic has no name.", nameof(topics));
            if (topic.Partitions < 1)
                throw new ArgumentException($"Topic '{topic.Name}' has {topic.Partitions} partitions; it needs at least 1.", nameof(topics));
        }
        if (Topics.GroupBy(topic => topic.Name).FirstOrDefault(group => group.Count() > 1) is { } twice)
            throw new ArgumentException($"Topic '{twice.Key}' is declared {twice.Count()} times.", nameof(topics));
        _byName = Topics.ToFrozenDictionary(topic => topic.Name, StringComparer.Ordinal);
    }

    /// <summary>All topics, in the order in which they were declared.</summary>
    public ImmutableArray<TopicSpec> Topics { get; }

    /// <summary>A topic by its name.</summary>
    /// <exception cref="KeyNotFoundException">The application has not declared such a topic; the message lists those that it has.</exception>
    public TopicSpec this[string name] => _byName.TryGetValue(name, out var topic) ? topic : throw Unknown(name);

    private KeyNotFoundException Unknown(string name) => new(Topics.IsEmpty
        ? $"Topic '{name}' is not declared; the application's catalog is empty."
        : $"Topic '{name}' is not declared; the application's topics are {string.Join(", ", Topics.Select(topic => topic.Name).Order(StringComparer.Ordinal))}.");
}
