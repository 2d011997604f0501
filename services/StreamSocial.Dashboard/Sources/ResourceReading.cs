using System.Collections.Immutable;

namespace StreamSocial.Dashboard.Sources;

/// <summary>One resource of the orchestrator.</summary>
internal sealed record ResourceReading(string Name, string? Type, string? State, string? Health, ImmutableArray<string> Urls);
