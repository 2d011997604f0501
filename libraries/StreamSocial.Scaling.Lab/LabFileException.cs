namespace StreamSocial.Scaling.Lab;

/// <summary>A calibration or recording that cannot be read; the message names the file and what was expected.</summary>
public sealed class LabFileException(string message, Exception? innerException = null) : Exception(message, innerException);
