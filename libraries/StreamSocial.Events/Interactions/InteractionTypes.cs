using System.Collections.Immutable;
using System.Text.Json;

namespace StreamSocial.Events.Interactions;

/// <summary>Defines all types of interactions with a content.</summary>
public static class InteractionTypes
{
    /// <summary>All types, in the order in which clients see them.</summary>
    public static ImmutableArray<InteractionDefinition> All { get; } =
    [
        new(InteractionType.View, "view", TrendWeight: 1) { IsSentByClients = true },
        new(InteractionType.Impression, "impression", TrendWeight: 0) { IsSentByClients = true },
        new(InteractionType.Click, "click", TrendWeight: 2) { IsSentByClients = true },
        new(InteractionType.Like, "like", TrendWeight: 4),
        new(InteractionType.Comment, "comment", TrendWeight: 8),
        new(InteractionType.Share, "share", TrendWeight: 16),
    ];

    private static readonly ImmutableArray<InteractionDefinition?> ByType =
        [.. Enumerable.Range(0, All.Max(definition => (int)definition.Type) + 1).Select(value => All.SingleOrDefault(definition => (int)definition.Type == value))];

    /// <summary>The definition of a type; null for a type that this version does not know. Allocates nothing.</summary>
    public static InteractionDefinition? Find(InteractionType type) => (uint)type < (uint)ByType.Length ? ByType[(int)type] : null;

    /// <summary>The definition of a type.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is none.</exception>
    public static InteractionDefinition Of(InteractionType type) =>
        Find(type) ?? throw new ArgumentOutOfRangeException(nameof(type), type, "There is no such type of interaction.");
}

/// <summary>Properties of a type of interaction.</summary>
/// <param name="Type">Its value in the contract.</param>
/// <param name="Name">Its name in JSON, in lower case.</param>
/// <param name="TrendWeight">Weight in the trend of its content; 0 for none.</param>
public sealed record InteractionDefinition(InteractionType Type, string Name, double TrendWeight)
{
    /// <summary><see cref="Name"/> as readers and writers of JSON take it.</summary>
    public JsonEncodedText JsonName { get; } = JsonEncodedText.Encode(Name);

    /// <summary>Logarithm of <see cref="TrendWeight"/> to base 2; negative infinity when that is 0.</summary>
    public double TrendWeightLog2 { get; } = Math.Log2(TrendWeight);

    /// <summary>Whether clients send it as an interaction. The other types come from actions.</summary>
    public bool IsSentByClients { get; init; }
}
