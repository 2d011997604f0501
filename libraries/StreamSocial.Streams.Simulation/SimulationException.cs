namespace StreamSocial.Streams.Simulation;

/// <summary>Something that is promised did not hold in a simulated schedule.</summary>
internal sealed class SimulationException(string message) : Exception(message);
