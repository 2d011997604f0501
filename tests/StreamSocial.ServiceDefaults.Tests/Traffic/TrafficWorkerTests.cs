using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;
using StreamSocial.ServiceDefaults.Tests.Http;
using StreamSocial.Traffic;

namespace StreamSocial.ServiceDefaults.Tests.Traffic;

public sealed class TrafficWorkerTests
{
    private static readonly CancellationToken Token = TestContext.Current.CancellationToken;

    /// <summary>A network of few events has rounds without any, which would follow each other as fast as the processor can.</summary>
    [Theory]
    [InlineData("Traffic:Speed", 1, 1)]
    [InlineData("Traffic:Speed", 2, 0.5)]
    [InlineData("Traffic:EventsPerSecond", 1000, 1)]
    public async Task Loop_RoundWithoutEvents_TakesItsTime(string option, int pace, double seconds)
    {
        var time = new FakeTimeProvider();
        using var log = new LogCapture();
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["services:ingest:http:0"] = "http://127.0.0.1:1",
            ["Traffic:Loop"] = "true",
            [option] = $"{pace}",
            ["Traffic:Synthetic:FollowsPerUser"] = "0",
            ["Traffic:Synthetic:ActionsPerSecond"] = "0.001",
            ["Traffic:Synthetic:SpikeLength"] = "00:00:00",
            ["Traffic:Synthetic:Length"] = "00:00:01",
        });
        builder.Logging.AddProvider(log);
        builder.Services.AddSingleton<TimeProvider>(time);
        builder.AddTraffic();
        using var host = builder.Build();
        await host.StartAsync(Token);

        await Eventually.TrueAsync("a round is done", () => Task.FromResult(Count("Done: 0 actions") == 1));
        time.Advance(0.9 * TimeSpan.FromSeconds(seconds));
        await Task.Delay(300, Token);
        Assert.Equal(1, Count("Replaying"));
        time.Advance(0.1 * TimeSpan.FromSeconds(seconds));
        await Eventually.TrueAsync("so is the next one", () => Task.FromResult(Count("Done: 0 actions") == 2));

        await host.StopAsync(Token);
        Assert.Contains(log.Lines, line => line.Contains("Stopped before the end", StringComparison.Ordinal));

        int Count(string text) => log.Lines.Count(line => line.Contains(text, StringComparison.Ordinal));
    }
}
