namespace StreamSocial.Streams.Restoring;

/// <summary>A restored state is not the one that was checkpointed.</summary>
public sealed class StateChecksumException(string message) : Exception(message);
