using StreamSocial.Control;

namespace StreamSocial.Dashboard.Overrides;

/// <summary>Reads and changes the autoscaler's override. Thread-safe.</summary>
internal interface IOverrides
{
    /// <exception cref="OverrideException">It is unknown.</exception>
    Task<OverrideDocument> GetAsync(CancellationToken cancellationToken);

    /// <exception cref="OverrideException">It was refused, or it is unknown whether it was accepted.</exception>
    Task<OverrideDocument> SetAsync(OverrideRequest request, CancellationToken cancellationToken);

    /// <summary>Lets the autoscaler decide by itself again.</summary>
    /// <exception cref="OverrideException">It is unknown whether it does.</exception>
    Task ResumeAsync(CancellationToken cancellationToken);
}

/// <summary>The override could not be read or changed.</summary>
/// <param name="message">Why, one sentence for a person.</param>
/// <param name="statusCode">The status with which the dashboard's own API answers.</param>
internal sealed class OverrideException(string message, int statusCode, Exception? inner = null) : Exception(message, inner)
{
    public int StatusCode { get; } = statusCode;
}
