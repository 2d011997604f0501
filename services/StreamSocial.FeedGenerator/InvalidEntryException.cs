namespace StreamSocial.FeedGenerator;

/// <summary>An entry can never be applied, in whatever state. Thrown by all stages, before they change anything.</summary>
internal sealed class InvalidEntryException(string message) : Exception(message);
