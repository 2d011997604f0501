using System.Collections.Concurrent;
using System.Diagnostics;
using Aspire.Hosting.Orchestration;
using Microsoft.Extensions.DependencyInjection;

namespace StreamSocial.Compat.Tests;

public class LifetimeTests
{
    [Fact]
    public async Task StopAsync_DependantsFirst_NobodyLeft()
    {
        var lines = new RecordingSink();
        var builder = TestApplication.CreateBuilder();
        builder.Services.AddSingleton<IResourceLineSink>(lines);
        const string Script = "trap 'echo stopped; exit 0' TERM; echo ready; while :; do sleep 0.1; done";
        var first = builder.AddShell("first", Script);
        var second = builder.AddShell("second", Script).WaitFor(first);
        builder.AddShell("third", Script).WaitFor(second);
        await using var app = builder.Build();
        await app.StartAsync(TestApplication.Deadline());
        while (lines.Texts.Count(l => l.EndsWith("ready")) < 3)
            await Task.Delay(TimeSpan.FromMilliseconds(20), TestContext.Current.CancellationToken);
        int[] pids = [app.PidOf("first"), app.PidOf("second"), app.PidOf("third")];

        await app.StopAsync(TestApplication.Deadline());

        Assert.Equal(["third stopped", "second stopped", "first stopped"], lines.Texts.Where(l => l.EndsWith("stopped")));
        Assert.DoesNotContain(pids, Processes.Lives);
    }

    [Fact]
    public async Task DisposeAsync_WithoutStop_KillsAlsoWhatIgnoresSignals()
    {
        var builder = TestApplication.CreateBuilder();
        builder.AddShell("deaf", "trap '' TERM; while :; do sleep 0.1; done");
        var app = builder.Build();
        await app.StartAsync(TestApplication.Deadline());
        var pid = app.PidOf("deaf");

        await app.DisposeAsync();

        await Processes.WaitForEndAsync(pid);
    }

    [Theory]
    [InlineData("KILL")]
    [InlineData("TERM")]
    [InlineData("INT")]
    public async Task Signal_ToTheAppHost_LeavesNoChild(string signal)
    {
        var appHost = typeof(Projects.Compat_AppHost).Assembly.Location;
        using var host = Process.Start(new ProcessStartInfo(DotnetHost.Path, [appHost, "--AspireDashboard:Enabled=false"]) { RedirectStandardOutput = true })!;
        var children = new List<int>();
        while (children.Count < 4)
        {
            Assert.False(host.HasExited, "The AppHost ended by itself.");
            children = [.. Children(host.Id)];
            await Task.Delay(TimeSpan.FromMilliseconds(50), TestContext.Current.CancellationToken);
        }

        using var kill = Process.Start("sh", ["-c", $"kill -{signal} {host.Id}"]);
        await host.WaitForExitAsync(TestApplication.Deadline());

        foreach (var child in children)
            await Processes.WaitForEndAsync(child);
    }

    /// <summary>Descendants: the resources and their guards.</summary>
    private static IEnumerable<int> Children(int pid)
    {
        string listed;
        try
        {
            listed = string.Join(' ', Directory.GetDirectories($"/proc/{pid}/task").Select(task => File.ReadAllText(Path.Combine(task, "children"))));
        }
        catch (IOException)
        {
            // It ended while it was looked at.
            return [];
        }

        var direct = listed.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(int.Parse).ToArray();
        return direct.Concat(direct.SelectMany(Children));
    }

    private sealed class RecordingSink : IResourceLineSink
    {
        public ConcurrentQueue<string> Texts { get; } = new();

        public void Write(string resourceName, string content, bool isError) => Texts.Enqueue($"{resourceName} {content}");
    }
}
