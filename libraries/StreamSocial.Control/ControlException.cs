using System.Net;

namespace StreamSocial.Control;

/// <summary>The control plane refused a request or could not be asked. What was asked for is unknown.</summary>
/// <param name="message">One sentence for a person.</param>
/// <param name="status">Status of the answer; null when there was none, or none that could be read.</param>
/// <param name="innerException">The cause.</param>
public sealed class ControlException(string message, HttpStatusCode? status = null, Exception? innerException = null)
    : Exception(message, innerException)
{
    /// <summary>Status of a refusal; null when there was no answer, or none that could be read.</summary>
    public HttpStatusCode? Status => status;
}
