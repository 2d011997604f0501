using StreamSocial.Cli.Drills.Hostile;

namespace StreamSocial.Unit.Tests.Cli.Drills.Hostile;

public sealed class HostileMoveTests
{
    private static readonly TimeSpan Short = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan Long = TimeSpan.FromMinutes(1);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task RunAsync_NeitherTakenNorRefused_IsAFindingAfterItsTime() =>
        Assert.Contains("not done within", await Move(WaitForeverAsync).RunAsync(null!, Short, Token).WaitAsync(Long, Token), StringComparison.Ordinal);

    [Fact]
    public async Task RunAsync_MoveFails_IsAFinding() =>
        Assert.Equal("IOException: broken", await Move(_ => throw new IOException("broken")).RunAsync(null!, Long, Token));

    [Fact]
    public async Task RunAsync_DrillEnds_IsNoFinding()
    {
        using var drill = new CancellationTokenSource();
        var running = Move(WaitForeverAsync).RunAsync(null!, Long, drill.Token);

        await drill.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running.WaitAsync(Long, Token));
    }

    private static HostileMove Move(Func<CancellationToken, Task<string?>> tryAsync) => new("family", "name", (_, cancellationToken) => tryAsync(cancellationToken));

    private static async Task<string?> WaitForeverAsync(CancellationToken cancellationToken)
    {
        await Task.Delay(Timeout.Infinite, cancellationToken);
        return null;
    }
}
