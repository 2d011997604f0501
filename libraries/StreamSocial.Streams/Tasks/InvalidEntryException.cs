namespace StreamSocial.Streams.Tasks;

/// <summary>
/// An entry can never be applied, in whatever state: it goes to the dead-letter topic without another try. A processor throws it before it
/// changes anything.
/// </summary>
public sealed class InvalidEntryException(string message) : Exception(message);
