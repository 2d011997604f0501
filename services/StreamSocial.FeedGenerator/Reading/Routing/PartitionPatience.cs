using Microsoft.Extensions.Options;

namespace StreamSocial.FeedGenerator.Reading.Routing;

/// <summary>Waits for partitions that are on their way, within a limit.</summary>
internal sealed class PartitionPatience(IOptions<ReadingOptions> options, TimeProvider timeProvider)
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);

    public long Start() => timeProvider.GetTimestamp();

    /// <summary>Pauses until the next attempt makes sense; false when the time since <paramref name="start"/> is over.</summary>
    public async ValueTask<bool> TryAgainAsync(long start, CancellationToken cancellationToken)
    {
        if (timeProvider.GetElapsedTime(start) >= options.Value.WaitForPartition)
            return false;
        await PauseAsync(cancellationToken);
        return true;
    }

    public Task PauseAsync(CancellationToken cancellationToken) => Task.Delay(Pause, timeProvider, cancellationToken);
}
