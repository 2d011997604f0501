using StreamSocial.Control;
using StreamSocial.ServiceDefaults.Http;

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
/// <param name="kind">The problem with which the dashboard's own API answers.</param>
/// <param name="message">Why, one sentence for a person.</param>
internal sealed class OverrideException(ProblemKind kind, string message, Exception? inner = null) : Exception(message, inner)
{
    public static ProblemKind Failing { get; } = new(502, "autoscaler_failing", "The autoscaler cannot be reached, or its answer is no override.", "Try again; look at the autoscaler's log.");

    public static ProblemKind Unknown { get; } = new(503, "autoscaler_unknown", "The autoscaler's address is unknown.", "Set `services:autoscaler:http:0`.");

    public static ProblemKind NotReady { get; } = new(
        503, "autoscaler_not_ready", "The autoscaler cannot take this now: another one decides, or Kafka does not acknowledge it.", "Ask again.");

    public static ProblemKind Silent { get; } = new(504, "autoscaler_silent", "The autoscaler does not answer in time.", "Try again; it is unknown whether it did what was asked.");

    public ProblemKind Kind => kind;

    /// <summary>What is wrong with which field of the request.</summary>
    /// <value>Default none: it is no fault of the request's.</value>
    public IDictionary<string, string[]> Errors { get; init; } = new Dictionary<string, string[]>();
}
