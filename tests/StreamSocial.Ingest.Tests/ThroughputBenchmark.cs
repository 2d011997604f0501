using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Text;

namespace StreamSocial.Ingest.Tests;

/// <summary>Prints figures without asserting them, because client, ingest and brokers share this process and its machine.</summary>
public class ThroughputBenchmark(ITestOutputHelper output)
{
    private const int ArrayLength = 500;
    private const int Requests = 200;
    private const int Clients = 8;

    [Theory]
    [InlineData("small")]
    [InlineData("full")]
    public async Task Post_ArraysOf500_PrintsRateAndCpu(string profile)
    {
        await using var host = await IngestHost.StartAsync($"Topology:Profile={profile}");
        var bodies = Enumerable.Range(0, 16).Select(CreateBody).ToArray();
        await PostAsync(host, bodies, Requests / 4);

        var cpuBefore = Environment.CpuUsage.TotalTime;
        var started = Stopwatch.GetTimestamp();
        await PostAsync(host, bodies, Requests);
        var elapsed = Stopwatch.GetElapsedTime(started);
        var cpu = Environment.CpuUsage.TotalTime - cpuBefore;

        const int Actions = Requests * ArrayLength;
        output.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"Profile {profile}: {Actions} actions in {elapsed.TotalSeconds:0.00} s: {Actions / elapsed.TotalSeconds:0} actions/s, {cpu.TotalMicroseconds / Actions:0.0} µs of CPU each "
            + $"(client, ingest and embedded brokers together), {cpu / elapsed:0.00} of {Environment.ProcessorCount} cores"));
    }

    private static async Task PostAsync(IngestHost host, byte[][] bodies, int requests)
    {
        await Parallel.ForEachAsync(Enumerable.Range(0, requests), new ParallelOptions { MaxDegreeOfParallelism = Clients }, async (i, cancellationToken) =>
        {
            var content = new ByteArrayContent(bodies[i % bodies.Length]);
            content.Headers.ContentType = new("application/json");
            using var response = await host.Client.PostAsync("/v1/actions", content, cancellationToken);
            Assert.Equal(HttpStatusCode.Accepted, response.StatusCode);
        });
    }

    private static byte[] CreateBody(int seed)
    {
        var random = new Random(seed);
        var actions = Enumerable.Range(0, ArrayLength).Select(i => string.Create(CultureInfo.InvariantCulture,
            $$"""{"actionId":"b{{seed}}-{{i}}","type":"share","userId":"u{{random.Next(100_000)}}","contentId":"c{{random.Next(10_000)}}","contentAuthorId":"u{{random.Next(1_000)}}","occurredAt":"2012-07-04T09:00:00Z"}"""));
        return Encoding.UTF8.GetBytes($"[{string.Join(',', actions)}]");
    }
}
