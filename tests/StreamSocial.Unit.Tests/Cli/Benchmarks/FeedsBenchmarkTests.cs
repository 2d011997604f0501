using System.Buffers.Binary;
using System.Diagnostics;
using Spectre.Console;
using StreamSocial.Cli;
using StreamSocial.Cli.Benchmarks.Feeds;
using StreamSocial.Cli.Benchmarks.Profiling;
using StreamSocial.Events.Topics;

namespace StreamSocial.Unit.Tests.Cli.Benchmarks;

public sealed class FeedsBenchmarkTests
{
    [Fact]
    public void Scrape_SeriesOfAMetric_AreAddedAndOthersKeptApart()
    {
        var scrape = MetricsScrape.Parse("# HELP a_total x\n# TYPE a_total counter\na_total{kind=\"b} c\",scope=\"s\"} 2\na_total{kind=\"d\"} 3.5 1700000000000\nb_total 7\n\nrubbish\n");
        Assert.Equal((5.5, 7), (scrape["a_total"], scrape["b_total"]));
        Assert.Null(scrape["c_total"]);
    }

    [Theory]
    [InlineData("""{"test":"T2","variant":"eos","deliveriesPerSecond":{"min":1.0,"median":2.0,"max":3.0},"appCpuPerMillion":{"median":4.5},"brokerCpuPerMillion":{"median":5}}""", 2, 4.5, 5)]
    [InlineData("""{"Round":0,"DeliveriesPerSecond":328610,"AppCpuPerMillion":1.75,"BrokerCpuPerMillion":4.12,"Load":"4.75"}""", 328610, 1.75, 4.12)]
    public void Peer_ResultLine_IsRead(string line, double deliveries, double application, double brokers) =>
        Assert.Equal(new PeerResult(deliveries, application, brokers), PeerResult.TryRead(line));

    [Theory]
    [InlineData("")]
    [InlineData("%4|GETPID| {")]
    [InlineData("{ not json")]
    [InlineData("""{"test":"T1","deliveriesPerSecond":1,"appCpuPerMillion":1,"brokerCpuPerMillion":1}""")]
    [InlineData("""{"test":"T2","deliveriesPerSecond":1,"appCpuPerMillion":1}""")]
    [InlineData("""{"defaults":{"deliveriesPerSecond":1}}""")]
    public void Peer_OtherLine_IsNoResult(string line) => Assert.Null(PeerResult.TryRead(line));

    [Fact]
    public void Latency_OfAThousand_HasItsQuantilesByRank()
    {
        var figures = LatencyFigures.Of(1000, Enumerable.Range(1, 1000).Reverse().Select(ms => TimeSpan.FromMilliseconds(ms)));
        Assert.Equal((1000, 1000), (figures.Due, figures.Seen));
        Assert.Equal((500, 990, 999, 1000), (figures.P50.TotalMilliseconds, figures.P99.TotalMilliseconds, figures.P999.TotalMilliseconds, figures.Longest.TotalMilliseconds));
    }

    [Fact]
    public void Latency_NothingSeen_IsNoFigure() => Assert.Throws<NotHeldException>(() => LatencyFigures.Of(7, []));

    [Fact]
    public void PeerLatency_OfCommittedFeeds_IsRead() => Assert.Equal(
        new LatencyFigures(134658, 134600, TimeSpan.FromMilliseconds(667), TimeSpan.FromMilliseconds(1392), TimeSpan.FromMilliseconds(1741), TimeSpan.FromMilliseconds(1970)),
        LatencyFigures.TryRead(
            """{"test":"T3","variant":"eos+cache=0 busy","deliveriesDue":134658,"inStore":{"count":142187.0,"p50ms":456.0},"committed":{"count":134600.0,"p50ms":667.0,"p99ms":1392.0,"p999ms":1741.0,"maxms":1970.0}}"""));

    [Theory]
    [InlineData("")]
    [InlineData("""{"test":"T2","committed":{"count":1,"p50ms":1,"p99ms":1,"p999ms":1,"maxms":1}}""")]
    [InlineData("""{"test":"T3","changelog":"-","inStore":{"count":1,"p50ms":1,"p99ms":1,"p999ms":1,"maxms":1}}""")]
    [InlineData("""{"test":"T3","committed":{"count":1,"p50ms":1}}""")]
    public void PeerLatency_OfAnythingElse_IsNone(string line) => Assert.Null(LatencyFigures.TryRead(line));

    [Theory]
    [InlineData(7L, "7 of 14")]
    [InlineData(null, "7 of unknown")]
    public void Table_PeerThatDoesNotSayHowManyAreDue_IsUnknown(long? due, string expected)
    {
        var own = new LatencyFigures(1, 1, default, default, default, default);
        FeedLatencyRound Round(LatencyFigures peer) => new(own, own, default) { Peers = new Dictionary<string, LatencyFigures> { ["kafka-streams"] = peer } };
        var report = new FeedsBenchmarkReport
        {
            Kafka = "process", Profile = TopologyProfile.Small, FurtherArguments = [], Work = new FeedsWork(1, 1), CpuProfile = null, Hardware = "", LatencyRate = 1,
            Peers = new Dictionary<string, IReadOnlyList<PeerResult>>(), Latencies = [Round(own with { Due = 7, Seen = 3 }), Round(own with { Due = due, Seen = 4 })],
            Rounds =
            [
                new FeedsRound
                {
                    Work = new FeedsWork(1, 1), Elapsed = TimeSpan.FromSeconds(1), Close = default, ApplicationCpu = 1, BrokerCpu = 1, AllocatedBytes = null, Paused = null, LongestPause = default,
                    PeakBytes = 1, WriteAmplification = null, Batches = null,
                },
            ],
        };
        using var output = new StringWriter();
        var console = AnsiConsole.Create(new AnsiConsoleSettings { Ansi = AnsiSupport.No, Out = new AnsiConsoleOutput(output) });
        console.Profile.Width = 200;

        FeedsBenchmarkTable.Write(console, report);

        Assert.Contains(expected, output.ToString(), StringComparison.Ordinal);
    }

    /// <summary>2 follows 1 and 3 follows 1 before; then 1 posts in line 3 (and follows 2), 2 posts in line 4.</summary>
    [Fact]
    public void Sample_CountsDeliveriesOfItsUsersOnly()
    {
        var trace = Path.GetTempFileName();
        try
        {
            File.WriteAllLines(trace, ["2 1 1341100972 RT", "3 1 1341100972 RT", "1 2 1341100973 RT", "2 3 1341100974 RT"]);
            var everybody = DeliverySample.Choose(trace, follows: 2, lines: 2, users: 10, seed: 1);
            Assert.Equal(["1", "2", "3"], everybody.Users.Order());
            Assert.Equal((0, 0, 2, 1), (everybody.DeliveriesOf(1), everybody.DeliveriesOf(2), everybody.DeliveriesOf(3), everybody.DeliveriesOf(4)));

            var one = DeliverySample.Choose(trace, follows: 2, lines: 2, users: 1, seed: 1);
            Assert.Single(one.Users);
            Assert.Equal(1, one.DeliveriesOf(3) + one.DeliveriesOf(4));
        }
        finally
        {
            File.Delete(trace);
        }
    }

    [Fact]
    public async Task RunAsync_TraceTooShortForTheRoundsOfLatency_IsRefusedBeforeAnyRound()
    {
        var trace = Path.GetTempFileName();
        try
        {
            await File.WriteAllLinesAsync(trace, ["2 1 1341100972 RT"], TestContext.Current.CancellationToken);
            var options = new FeedsBenchmarkOptions
            {
                Kafka = "embedded", Profile = TopologyProfile.Small, Trace = trace, Actions = 1, Rounds = 1, Profiler = null, LatencyRounds = 1, LatencyRate = 2_000, Peers = [], FurtherArguments = [],
                Logs = new DirectoryInfo(Path.GetTempPath()),
            };
            var output = new StringWriter();
            var console = AnsiConsole.Create(new AnsiConsoleSettings { Ansi = AnsiSupport.No, Out = new AnsiConsoleOutput(output) });

            var error = await Assert.ThrowsAsync<UsageException>(() => new FeedsBenchmark(options, console, TimeProvider.System).RunAsync(TestContext.Current.CancellationToken));

            Assert.Equal("The trace has 1 lines, and the rounds of latency take 136,600: give a lower --latency-rate, or --latency-rounds 0.", error.Message);
            Assert.Equal("", output.ToString());
        }
        finally
        {
            File.Delete(trace);
        }
    }

    [Theory]
    [InlineData(101, 0.0, "101 deliveries instead of 100, 0 entries lost.")]
    [InlineData(100, 2.0, "100 deliveries instead of 100, 2 entries lost.")]
    [InlineData(100, null, "100 deliveries instead of 100, an unknown number of entries lost.")]
    public void Round_MoreOrLessThanItsWork_SaysWhatWasThere(long deliveries, double? lost, string expected) =>
        Assert.Equal(expected, Assert.Throws<NotHeldException>(() => FeedGeneratorRun.ThrowIfNotExact(new FeedsWork(50, 100), deliveries, lost)).Message);

    [Fact]
    public void Round_JustItsWork_Holds() => FeedGeneratorRun.ThrowIfNotExact(new FeedsWork(50, 100), 100, 0);

    [Fact]
    public async Task Profiler_WritesNoSamples_CostsTheProfileOnly()
    {
        using var folder = new ProfileFolder();
        await using var recording = folder.Profiler("--no-such-option").Attach(pid: 1);

        var profile = await folder.Profiler("--no-such-option").SummarizeAsync(recording, TestContext.Current.CancellationToken);

        Assert.Contains("wrote no samples", profile.Missing, StringComparison.Ordinal);
        Assert.Empty(profile.HottestFunctions);
    }

    [Fact]
    public async Task Profiler_ReportFails_CostsTheProfileOnly()
    {
        using var folder = new ProfileFolder();
        var profiler = folder.Profiler("--version", report: "--no-such-option");
        await using var recording = profiler.Attach(pid: 1);
        await File.WriteAllTextAsync(profiler.Samples.FullName, "", TestContext.Current.CancellationToken);

        Assert.Contains("cannot read", (await profiler.SummarizeAsync(recording, TestContext.Current.CancellationToken)).Missing, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Profiler_OneThatMayNotSample_IsPassedOver()
    {
        using var folder = new ProfileFolder();
        var (refused, good) = (folder.Profiler("--no-such-option"), folder.Profiler("--version"));

        Assert.Same(good, await CpuProfiler.FindAsync([refused, good], TestContext.Current.CancellationToken));
        var error = await Assert.ThrowsAsync<ToolException>(() => CpuProfiler.FindAsync([refused], TestContext.Current.CancellationToken));
        Assert.Contains("does not work here", error.Message, StringComparison.Ordinal);
    }

    /// <summary>Two copies of partition 0, of which one lags; a segment that ends in the middle of a batch; a topic whose name begins alike.</summary>
    [Fact]
    public void LogBatches_OfTheFullestCopy_AreCountedOnce()
    {
        var root = Directory.CreateTempSubdirectory("streamsocial-log-");
        try
        {
            Write("1/feed-updates-0/00000000000000000000.log", Batch(records: 3, bytes: 100), Batch(records: 1, bytes: 70));
            Write("1/feed-updates-0/00000000000000000004.log", Batch(records: 5, bytes: 200), Batch(records: 9, bytes: 300)[..150]);
            Write("2/feed-updates-0/00000000000000000000.log", Batch(records: 3, bytes: 100));
            Write("2/feed-updates-1/00000000000000000000.log", Batch(records: 2, bytes: 90));
            Write("2/feed-updates-dlq-1/00000000000000000000.log", Batch(records: 50, bytes: 400));

            string[] directories = [Path.Combine(root.FullName, "1"), Path.Combine(root.FullName, "2")];
            Assert.Equal(new LogBatches(4, 11, 460), LogBatches.Count(directories, "feed-updates"));
            Assert.Equal(new LogBatches(0, 0, 0), LogBatches.Count(directories, "feed"));
        }
        finally
        {
            root.Delete(recursive: true);
        }

        void Write(string path, params byte[][] batches)
        {
            var file = new FileInfo(Path.Combine(root.FullName, path));
            file.Directory!.Create();
            File.WriteAllBytes(file.FullName, [.. batches.SelectMany(batch => batch)]);
        }
    }

    private sealed class ProfileFolder : IDisposable
    {
        private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("streamsocial-profile-");

        public CpuProfiler Profiler(string option, string report = "--version") => new DotNet(option, report, _folder);

        public void Dispose() => _folder.Delete(recursive: true);

        /// <summary>A program that is everywhere here, in a profiler's place.</summary>
        private sealed class DotNet(string option, string report, DirectoryInfo folder) : CpuProfiler("dotnet", folder, TimeProvider.System)
        {
            public override string ViewCommand => "";

            protected override string Sampled => "time";

            protected override string Extension => "samples";

            public override void Prepare(ProcessStartInfo start)
            {
                // It watches nobody.
            }

            protected override string[] TrialArguments(FileInfo samples) => [option];

            protected override string[] RecordArguments(int pid) => [option];

            protected override string[] ReportArguments() => [report];

            protected override IEnumerable<string> Select(IEnumerable<string> lines) => lines;
        }
    }

    private static byte[] Batch(int records, int bytes)
    {
        var batch = new byte[bytes];
        BinaryPrimitives.WriteInt32BigEndian(batch.AsSpan(8), bytes - 12);
        BinaryPrimitives.WriteInt32BigEndian(batch.AsSpan(57), records);
        return batch;
    }
}
