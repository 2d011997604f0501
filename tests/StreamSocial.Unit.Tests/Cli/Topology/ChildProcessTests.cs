using System.Diagnostics;
using StreamSocial.Cli.Topology;

namespace StreamSocial.Unit.Tests.Cli.Topology;

public sealed class ChildProcessTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("streamsocial-test-");

    [Fact]
    public async Task DisposeAsync_ProcessWithDescendants_NoneIsLeft()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Processes are watched through /proc, which only Linux has.");

        // The shell ends at SIGTERM and leaves its child, which ignores it.
        var child = Start("(trap '' TERM; sleep 60) & echo started; wait", TimeSpan.FromSeconds(10));
        await Until("the script has started and has a child", () => child.LastLines.Contains("started") && ProcessTree.Read().DescendantsOf(child.Id).Count > 0);
        var descendants = ProcessTree.Read().DescendantsOf(child.Id);

        await child.DisposeAsync();

        Assert.DoesNotContain(descendants, ProcessTree.Read().Contains);
    }

    /// <summary>As Aspire's orchestrator does, which stops the brokers when the AppHost has ended.</summary>
    [Fact]
    public async Task DisposeAsync_ProcessOfAnOrchestrator_IsAwaited()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Processes are watched through /proc, which only Linux has.");
        var done = Path.Combine(_folder.FullName, "done");
        var child = Start($"(sh -c 'while kill -0 $2 2>/dev/null; do sleep 0.1; done; sleep 1; echo > {done}' orchestrator --monitor $$ &); echo started; sleep 60", TimeSpan.FromSeconds(10));
        await Until("the orchestrator has started", () => child.LastLines.Contains("started") && ProcessTree.Read().TopologyOf(child.Id).Count > ProcessTree.Read().DescendantsOf(child.Id).Count);

        await child.DisposeAsync();

        Assert.True(File.Exists(done));
    }

    /// <summary>Where another process than the first one adopts orphans, as systemd does for a user.</summary>
    [Fact]
    public async Task TopologyOf_OrchestratorBelowAnyProcess_HasItAndItsChildren()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Processes are watched through /proc, which only Linux has.");
        await using var child = Start("sleep 60", TimeSpan.FromSeconds(5));
        await using var orchestrator = ChildProcess.Start(
            new ProcessStartInfo("sh", ["-c", "sleep 60 & wait", "orchestrator", "--monitor", $"{child.Id}"]), new FileInfo(Path.Combine(_folder.FullName, "log2")), TimeSpan.FromSeconds(5), TimeProvider.System);
        await Until("the orchestrator has a child", () => ProcessTree.Read().DescendantsOf(orchestrator.Id).Count == 1);

        var tree = ProcessTree.Read();

        Assert.Equal([orchestrator.Id, tree.DescendantsOf(orchestrator.Id)[0].Pid], tree.TopologyOf(child.Id).Except(tree.DescendantsOf(child.Id)).Select(process => process.Pid));
    }

    [Fact]
    public async Task DisposeAsync_ProcessIgnoresSigTerm_IsKilledAfterItsTime()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "The test's process is a shell.");
        var child = Start("trap '' TERM; echo started; while true; do sleep 0.1; done", TimeSpan.FromMilliseconds(300));
        await Until("the script has started", () => child.LastLines.Contains("started"));
        var id = child.Id;

        await child.DisposeAsync();

        Assert.Null(ProcessTree.Read().Find(id));
    }

    [Fact]
    public async Task UsageSampler_ProcessUsesCpu_CountsIt()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Processes are watched through /proc, which only Linux has.");
        await using var child = Start("while true; do :; done", TimeSpan.FromSeconds(5));
        await using var sampler = new UsageSampler(Environment.ProcessId, TimeProvider.System);

        await Until("the shell has used 0.1 s of CPU", () => sampler.ReadKinds().Any(kind => kind is { Kind: "sh", CpuSeconds: > 0.1 }));

        Assert.True(sampler.PeakBytes > 100_000);
    }

    [Fact]
    public async Task UsageSampler_WorkBeginsLater_IsToldApart()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Processes are watched through /proc, which only Linux has.");
        await using var child = Start("while true; do :; done", TimeSpan.FromSeconds(5));
        await using var sampler = new UsageSampler(Environment.ProcessId, TimeProvider.System);
        await Until("the shell has used 0.3 s of CPU", () => sampler.ReadCpuSeconds().GetValueOrDefault("sh") > 0.3);

        var before = sampler.ReadCpuSeconds();
        await Until("the shell has worked", () => sampler.ReadCpuSecondsSince(before)["sh"] > 0);
        var shell = sampler.ReadKinds(sampler.ReadCpuSecondsSince(before)).Single(kind => kind.Kind == "sh");

        Assert.InRange(shell.WorkCpuSeconds!.Value, 0.001, shell.CpuSeconds - 0.3);
        Assert.Null(sampler.ReadKinds().Single(kind => kind.Kind == "sh").WorkCpuSeconds);
    }

    [Theory]
    [InlineData("dotnet /a/b/StreamSocial.Ingest.dll --x", "StreamSocial.Ingest")]
    [InlineData("/a/streamsocial verify", "streamsocial")]
    [InlineData("java -Xmx512m -cp /libs/* kafka.Kafka server-1.properties", "kafka")]
    [InlineData("", "unknown")]
    public void ProcessKind_OfACommandLine_IsItsProgram(string commandLine, string kind) => Assert.Equal(kind, ProcessKind.Of(commandLine));

    public void Dispose() => _folder.Delete(recursive: true);

    private static async Task Until(string expected, Func<bool> condition)
    {
        for (var tries = 0; !condition(); tries++)
        {
            Assert.True(tries < 200, $"Expected within 10 s, but it was not so: {expected}. Descendants of this process: "
                + string.Join(", ", ProcessTree.Read().DescendantsOf(Environment.ProcessId).Select(process => process.Pid)));
            await Task.Delay(50, TestContext.Current.CancellationToken);
        }
    }

    private ChildProcess Start(string script, TimeSpan stopTimeout) =>
        ChildProcess.Start(new ProcessStartInfo("sh", ["-c", script]), new FileInfo(Path.Combine(_folder.FullName, "log")), stopTimeout, TimeProvider.System);
}
