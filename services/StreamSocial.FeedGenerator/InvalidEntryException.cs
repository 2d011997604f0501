namespace StreamSocial.FeedGenerator;

/// <summary>An entry cannot be applied whatever the state is; thrown before anything is changed.</summary>
internal sealed class InvalidEntryException(string message) : Exception(message);
