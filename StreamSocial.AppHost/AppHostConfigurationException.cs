namespace StreamSocial.AppHost;

/// <summary>The configuration cannot work; the message is one sentence that says what to do.</summary>
internal sealed class AppHostConfigurationException(string message, Exception? innerException = null) : Exception(message, innerException);
