namespace StreamSocial.Streams.Simulation;

/// <summary>A schedule in which a promise was broken.</summary>
/// <param name="Seed">Runs the schedule again.</param>
/// <param name="Reason">What did not hold.</param>
/// <param name="History">The last things that happened before.</param>
public sealed record SimulationFailure(ulong Seed, string Reason, IReadOnlyList<string> History);
