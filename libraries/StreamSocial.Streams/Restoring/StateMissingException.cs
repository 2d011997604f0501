namespace StreamSocial.Streams.Restoring;

/// <summary>The group's offsets say that a checkpoint was made which the changelog does not have.</summary>
public sealed class StateMissingException(string message) : Exception(message);
