using System.ComponentModel;

namespace StreamSocial.Ingest.Http;

/// <summary>The brokers have every entry of the request. The lists are in the order of the request, one value for each entry.</summary>
internal sealed record AcceptedResponse(
    [property: Description("Number of entries.")] int Accepted,
    [property: Description("Action ids; only when the server chose at least one.")] IReadOnlyList<string>? ActionIds = null,
    [property: Description("Interaction ids; only when the server chose at least one.")] IReadOnlyList<string>? InteractionIds = null,
    [property: Description("Content ids, null for entries without content; only when the server chose at least one.")] IReadOnlyList<string?>? ContentIds = null);
