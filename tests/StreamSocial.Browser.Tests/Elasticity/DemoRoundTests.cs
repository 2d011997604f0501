using System.Globalization;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.RegularExpressions;
using StreamSocial.Integration.Tests.Processes;

namespace StreamSocial.Browser.Tests.Elasticity;

/// <summary>
/// What somebody sees who types the one command: a crowd comes, replicas start, partitions move, the crowd leaves, replicas go. The crowd comes earlier
/// and stays shorter than in the demo, and the autoscaler waits less before a step in, so that the test takes half as long. The crowd and what a replica
/// may process are half of the demo's and no second crowd comes, so that a slow machine comes through the same round.
/// </summary>
/// <remarks>With the environment variable UPDATE_DOCS the picture in docs/images is taken anew.</remarks>
[Collection(nameof(WholeMachine))]
public sealed partial class DemoRoundTests(ChromiumFixture chromium, ITestOutputHelper output)
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(6);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Round_CrowdComesAndLeaves_ReplicasComeAndGo()
    {
        using var appHost = AppHostProcess.StartDefault(
            "--Telemetry:Prometheus=true", "--Traffic:Synthetic:SpikeAt=00:00:20", "--Traffic:Synthetic:SpikeLength=00:01:00", "--Traffic:Synthetic:Length=00:20:00",
            "--Traffic:Synthetic:ActionsPerSecond=25", "--FeedGenerators:MaxEntriesPerSecond=1500", "--Autoscaler:StabilisationWindow=00:00:20");
        var dashboard = await LinkAsync(appHost);
        var page = await chromium.OpenDashboardAsync(dashboard.ToString());
        page.SetDefaultTimeout((float)Patience.TotalMilliseconds);
        await using var watch = new RoundWatch(dashboard);

        await page.ExpectAsync("#timeline .phase.ready[data-replica='feed-generator-2']");
        await page.ExpectTextAsync("#decisions", "The oldest record has waited");
        await page.ExpectAsync("#replicas-chart:not([data-marks='0'])");
        await page.UpdatePictureAsync("crowd.png");
        // Which partition is hot, and why, takes one click.
        await page.ClickAsync("#views >> text=Topics");
        await page.ExpectTextAsync("#topics tr[data-topic='content-interactions']", "uneven by records");
        output.WriteLine(await page.InnerTextAsync("#topics tr[data-topic='content-interactions']"));
        await page.ClickAsync("#views >> text=Overview");
        await page.WaitForFunctionAsync("() => document.querySelector('#replicas .value').textContent === '1'");

        var seen = await watch.StopAsync();
        output.WriteLine(string.Join(" ", seen.Select(moment => $"{moment.Replicas}/{moment.Processed:0}")));
        Assert.InRange(seen.Max(moment => moment.Replicas ?? 0), 2, 4);
        Assert.All(seen, moment => Assert.Equal((0, 0), (moment.Lost, moment.Misordered)));
        // The first snapshots have no rate yet.
        Assert.DoesNotContain(seen.SkipWhile(moment => moment.Processed is not > 0), moment => moment is { Lag: > 0, Processed: 0 });
        Assert.Equal(0, await RefusedAsync(appHost));
        await page.CloseAsync();
    }

    private static async Task<Uri> LinkAsync(AppHostProcess appHost)
    {
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(Token);
        timeout.CancelAfter(Patience);
        while (true)
        {
            if (appHost.Dashboard is { } link)
                return link;
            Assert.False(timeout.IsCancellationRequested, $"no link of the dashboard; the AppHost's last lines:\n{string.Join('\n', appHost.Lines.TakeLast(20))}");
            await Task.Delay(200, CancellationToken.None);
        }
    }

    /// <summary>Requests that ingest did not answer with 202.</summary>
    private static async Task<double> RefusedAsync(AppHostProcess appHost)
    {
        var ingest = (await appHost.ReadResourcesAsync(Token)).First(resource => resource.GetProperty("name").GetString() == "ingest").GetProperty("urls")[0].GetString()!;
        using var client = new HttpClient { BaseAddress = new Uri(ingest) };
        var metrics = await client.GetStringAsync("/metrics", Token);
        Assert.Contains("streamsocial_ingest_accepted", metrics, StringComparison.Ordinal);
        return Refused().Matches(metrics).Sum(match => double.Parse(match.Groups["count"].ValueSpan, CultureInfo.InvariantCulture));
    }

    [GeneratedRegex(@"^streamsocial_ingest_refused\S* (?<count>[\d.]+)", RegexOptions.Multiline)]
    private static partial Regex Refused();

    /// <summary>One snapshot of the dashboard.</summary>
    private sealed record Moment(int? Replicas, double? Processed, long? Lag, long Lost, long Misordered);

    /// <summary>Reads the dashboard's snapshots beside the page.</summary>
    private sealed class RoundWatch : IAsyncDisposable
    {
        private readonly HttpClient _client;
        private readonly CancellationTokenSource _stopping = new();
        private readonly List<Moment> _moments = [];
        private readonly Task _loop;

        public RoundWatch(Uri dashboard)
        {
            _client = new HttpClient { BaseAddress = dashboard };
            _loop = WatchAsync();
        }

        public async Task<IReadOnlyList<Moment>> StopAsync()
        {
            await _stopping.CancelAsync();
            await _loop;
            return _moments;
        }

        public async ValueTask DisposeAsync()
        {
            await StopAsync();
            _client.Dispose();
            _stopping.Dispose();
        }

        private async Task WatchAsync()
        {
            try
            {
                while (true)
                {
                    var snapshot = await _client.GetFromJsonAsync<JsonElement>("/api/snapshot", _stopping.Token);
                    var (totals, scale) = (snapshot.GetProperty("totals"), snapshot.GetProperty("scale"));
                    var counters = totals.GetProperty("counters");
                    if (counters.ValueKind == JsonValueKind.Object)
                    {
                        _moments.Add(new Moment(
                            scale.ValueKind == JsonValueKind.Object ? scale.GetProperty("running").GetInt32() : null,
                            Number(totals, "rateOut")?.GetDouble(),
                            Number(totals, "lag")?.GetInt64(),
                            counters.GetProperty("lost").GetInt64(),
                            counters.GetProperty("misordered").GetInt64()));
                    }
                    await Task.Delay(1_000, _stopping.Token);
                }
            }
            catch (OperationCanceledException) when (_stopping.IsCancellationRequested)
            {
                // The round is over.
            }
        }

        private static JsonElement? Number(JsonElement parent, string name) => parent.GetProperty(name) is { ValueKind: JsonValueKind.Number } number ? number : null;
    }
}

/// <summary>Tests that need both cores; nothing else runs beside them.</summary>
[CollectionDefinition(nameof(WholeMachine), DisableParallelization = true)]
public sealed class WholeMachine;
