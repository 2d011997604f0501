using StreamSocial.Control;
using StreamSocial.Dashboard.Sources;

namespace StreamSocial.Dashboard.Overrides;

/// <summary>Asks the autoscaler what it was told, once for all viewers.</summary>
internal sealed class OverrideMonitor(IOverrides overrides, TimeProvider time, ILogger<OverrideMonitor> logger)
    : PollingMonitor<OverrideReading>(TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(10), time, logger)
{
    /// <summary>Longest wait for the autoscaler, which answers from memory.</summary>
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(3);

    protected override async Task<OverrideReading?> ReadAsync(CancellationToken cancellationToken)
    {
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        timeout.CancelAfter(Timeout);
        try
        {
            return new OverrideReading(await overrides.GetAsync(timeout.Token), null);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return new OverrideReading(null, "The autoscaler does not answer in time.");
        }
        catch (OverrideException e)
        {
            return new OverrideReading(null, e.Message);
        }
    }
}

/// <summary>What the autoscaler was told at one moment.</summary>
/// <param name="Override">The override; null when it is unknown.</param>
/// <param name="Problem">Why it is unknown; null when it is known.</param>
internal sealed record OverrideReading(OverrideDocument? Override, string? Problem);
