namespace StreamSocial.Cli;

/// <summary>The command could not do its work; the message says what to do.</summary>
internal class ToolException(string message, Exception? innerException = null) : Exception(message, innerException);

/// <summary>A topic cannot be read.</summary>
internal sealed class TopicReadException(string message, Exception? innerException = null) : ToolException(message, innerException);

/// <summary>What had to hold does not, so plainly that the command cannot go on.</summary>
internal sealed class NotHeldException(string message, Exception? innerException = null) : Exception(message, innerException);

/// <summary>Values of the command line that are good one by one do not go together; nothing was done.</summary>
internal sealed class UsageException(string message) : Exception(message);
