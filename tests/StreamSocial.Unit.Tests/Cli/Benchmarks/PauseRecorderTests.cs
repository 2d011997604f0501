using System.Diagnostics;
using StreamSocial.Cli;
using StreamSocial.Cli.Benchmarks;
using StreamSocial.Cli.Topology;
using StreamSocial.Unit.Tests.Cli.Processes;

namespace StreamSocial.Unit.Tests.Cli.Benchmarks;

public sealed class PauseRecorderTests : IDisposable
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(30);
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("streamsocial-test-");

    [Fact]
    public async Task DisposeAsync_ProcessWasKilled_LeavesItToOthersToSay()
    {
        var start = new ProcessStartInfo(BuiltBinary.PathOf("StreamSocial.Cli", "streamsocial"), ["drill", "simulate", "--schedules", "100000000"]);
        await using var process = ChildProcess.Start(start, new FileInfo(Path.Combine(_folder.FullName, "log")), Timeout, TimeProvider.System);
        var recorder = await PauseRecorder.AttachAsync(process.Id, TimeProvider.System, TestContext.Current.CancellationToken);
        Assert.True(recorder.Longest >= TimeSpan.Zero);

        process.Kill();
        for (var waiting = Stopwatch.GetTimestamp(); Record.Exception(() => recorder.Longest) is not ToolException;)
        {
            Assert.True(Stopwatch.GetElapsedTime(waiting) < Timeout, "The events of a process that was killed have not ended.");
            await Task.Delay(50, TestContext.Current.CancellationToken);
        }

        await recorder.DisposeAsync();
        Assert.Throws<NotHeldException>(() => process.ThrowIfEnded("process"));
    }

    public void Dispose() => _folder.Delete(recursive: true);
}
