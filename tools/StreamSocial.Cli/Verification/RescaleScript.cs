using Spectre.Console;
using StreamSocial.Cli.Topology;
using StreamSocial.Replay.Sending;

namespace StreamSocial.Cli.Verification;

/// <summary>Changes the number of feed generators as a replay goes on: up after one third, down after two.</summary>
internal sealed class RescaleScript(TopologyRunner topology, int up, int down, IProgress<ReplayProgress> next, IAnsiConsole console) : IProgress<ReplayProgress>
{
    private readonly TaskCompletionSource _firstThird = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _secondThird = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <inheritdoc/>
    public void Report(ReplayProgress value)
    {
        if (value.FractionDone >= 1 / 3.0)
            _firstThird.TrySetResult();
        if (value.FractionDone >= 2 / 3.0)
            _secondThird.TrySetResult();
        next.Report(value);
    }

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        await _firstThird.Task.WaitAsync(cancellationToken);
        console.MarkupLineInterpolated($"One third is sent: scaling to {up} feed generators");
        await topology.ScaleAsync(up, cancellationToken);
        await _secondThird.Task.WaitAsync(cancellationToken);
        console.MarkupLineInterpolated($"Two thirds are sent: scaling to {down} feed generator(s)");
        await topology.ScaleAsync(down, cancellationToken);
    }

    /// <summary>A replay that ends before its last report must not leave the script waiting.</summary>
    public void Finish()
    {
        _firstThird.TrySetResult();
        _secondThird.TrySetResult();
    }
}
