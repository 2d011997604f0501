namespace StreamSocial.Replay.Traces;

/// <summary>A trace file that cannot be read; the message names the file, the line and what was expected.</summary>
public sealed class TraceFormatException(string message, Exception? innerException = null) : Exception(message, innerException);
