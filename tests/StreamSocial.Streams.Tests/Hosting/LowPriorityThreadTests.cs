using StreamSocial.Streams.Hosting;

namespace StreamSocial.Streams.Tests.Hosting;

public sealed class LowPriorityThreadTests
{
    [Fact]
    public async Task RunAsync_OnLinux_LeavesTheCoresToOthers()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Only Linux says in a file how nice a thread is.");
        var (there, here) = (0, NicenessOfThisThread());

        await LowPriorityThread.RunAsync("test", () => there = NicenessOfThisThread());

        Assert.True(there > here, $"{there} there, {here} here");
        Assert.Equal(here, await Task.Run(NicenessOfThisThread, TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task RunAsync_WorkFails_FailsTheSameWay() =>
        await Assert.ThrowsAsync<InvalidTimeZoneException>(() => LowPriorityThread.RunAsync("test", () => throw new InvalidTimeZoneException()));

    private static int NicenessOfThisThread()
    {
        // Field 19; the second is a name in brackets that may have spaces.
        var stat = File.ReadAllText("/proc/thread-self/stat");
        return int.Parse(stat[(stat.LastIndexOf(')') + 2)..].Split(' ')[16], System.Globalization.CultureInfo.InvariantCulture);
    }
}
