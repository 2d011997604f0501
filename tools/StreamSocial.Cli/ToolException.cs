namespace StreamSocial.Cli;

/// <summary>Something the command needs does not work; the message says what to do.</summary>
internal sealed class ToolException(string message, Exception? innerException = null) : Exception(message, innerException);
