using StreamSocial.Control;

namespace StreamSocial.Dashboard.Sources;

/// <summary>Reads replicas and resources from the orchestrator; what it does not say is null.</summary>
internal sealed partial class OrchestratorReader(ControlClient control, ILogger<OrchestratorReader> logger)
{
    public Task<ScaleDocument?> ReadScaleAsync(CancellationToken cancellationToken) => OrUnknownAsync(control.GetScaleAsync, cancellationToken);

    public Task<IReadOnlyList<ResourceDocument>?> ReadResourcesAsync(CancellationToken cancellationToken) => OrUnknownAsync(control.GetResourcesAsync, cancellationToken);

    private async Task<T?> OrUnknownAsync<T>(Func<CancellationToken, Task<T>> read, CancellationToken cancellationToken)
        where T : class
    {
        // A dashboard without an AppHost has nobody to ask.
        if (control.Endpoint is null)
            return null;
        try
        {
            return await read(cancellationToken);
        }
        catch (ControlException exception)
        {
            LogUnknown(logger, exception.Message);
            return null;
        }
    }

    [LoggerMessage(LogLevel.Debug, "Replicas or resources are unknown: {Reason}")]
    private static partial void LogUnknown(ILogger logger, string reason);
}
