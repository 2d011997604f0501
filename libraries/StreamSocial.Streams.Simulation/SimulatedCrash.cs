namespace StreamSocial.Streams.Simulation;

/// <summary>Unwinds a call of a process that died in it.</summary>
internal sealed class SimulatedCrash() : Exception("The process died.");
