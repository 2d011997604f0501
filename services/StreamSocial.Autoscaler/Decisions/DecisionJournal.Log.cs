using StreamSocial.Events;

namespace StreamSocial.Autoscaler.Decisions;

internal sealed partial class DecisionJournal
{
    [LoggerMessage(LogLevel.Information, "{Verdict} from {Current} to {Desired}: {Reason} ({Actuation})")]
    private static partial void LogActed(ILogger logger, ScalingVerdict verdict, int? current, int? desired, string reason, string? actuation);

    [LoggerMessage(LogLevel.Warning, "{Verdict} from {Current} to {Desired} was not done: {Reason} ({Actuation})")]
    private static partial void LogRefused(ILogger logger, ScalingVerdict verdict, int? current, int? desired, string reason, string actuation);

    [LoggerMessage(LogLevel.Information, "Hold at {Current}: {Reason}")]
    private static partial void LogHeld(ILogger logger, int? current, string reason);
}
