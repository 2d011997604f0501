using Microsoft.Extensions.Options;
using StreamSocial.Alerts.Rules;
using StreamSocial.Dashboard.Alerts;

namespace StreamSocial.Browser.Tests.Alerts;

public sealed class DiskReaderTests
{
    /// <summary>The others are known, and so is it when it answers again.</summary>
    [Fact]
    public async Task Read_OneDiskDoesNotAnswer_IsUnknownAndAskedOnce()
    {
        using var answers = new ManualResetEventSlim();
        var asked = 0;
        var reader = new DiskReader(Options.Create(new AlertOptions { Disks = { ["gone"] = "/gone", ["here"] = "/here" } }))
        {
            Measure = path =>
            {
                if (path == "/gone" && Interlocked.Increment(ref asked) == 1)
                    answers.Wait(TestContext.Current.CancellationToken);
                return 0.5;
            },
        };

        for (var snapshot = 0; snapshot < 2; snapshot++)
        {
            var used = await Task.Run(reader.Read, TestContext.Current.CancellationToken).WaitAsync(TimeSpan.FromSeconds(10), TestContext.Current.CancellationToken);
            Assert.Equal((null, 0.5), (used["gone"], used["here"]));
        }
        Assert.Equal(1, asked);

        answers.Set();
        for (var tries = 0; reader.Read()["gone"] != 0.5; tries++)
        {
            Assert.True(tries < 1_000);
            await Task.Delay(TimeSpan.FromMilliseconds(10), TestContext.Current.CancellationToken);
        }
    }
}
