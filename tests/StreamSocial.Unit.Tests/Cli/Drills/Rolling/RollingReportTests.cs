using StreamSocial.Cli.Drills.EventStreams;
using StreamSocial.Cli.Drills.Measuring;
using StreamSocial.Cli.Drills.Rolling;
using StreamSocial.Cli.Verification;
using StreamSocial.Events;

namespace StreamSocial.Unit.Tests.Cli.Drills.Rolling;

public sealed class RollingReportTests
{
    private static readonly RequestFigures Clean = new(100, new Dictionary<string, long> { ["503"] = 7 }, 0, TimeSpan.FromSeconds(4), []);
    private static readonly RequestFigures Failing = Clean with { Errors = 1 };
    private static readonly RequestFigures Slow = Clean with { LongestWait = TimeSpan.FromSeconds(31) };
    private static readonly FeedReadings Readings = new(2, 0, 50, 0, Clean, []);
    private static readonly ClientFindings Seen = new(Readings, Streams(1, 2), Clean, Clean, 1);
    private static readonly RollingReport Held = new(DrillSummaries.Create(), 2, 1, [.. Enumerable.Range(0, 5).Select(_ => Replace(0))], Clean, Seen);

    [Fact]
    public void Passed_RepeatsThatWereAnswered_AreNoErrors()
    {
        Assert.Equal(0, Held.Errors);
        Assert.True(Held.Passed);
    }

    [Fact]
    public void Passed_AnErrorOfAnyKindOfClient_Fails()
    {
        RollingReport[] reports =
        [
            Held with { Posts = Failing },
            Held with { Clients = Seen with { Readings = Readings with { Requests = Failing } } },
            Held with { Clients = Seen with { StreamRequests = Failing } },
            Held with { Clients = Seen with { DashboardRequests = Failing } },
        ];
        Assert.All(reports, report => Assert.Equal((1, false), (report.Errors, report.Passed)));
    }

    [Fact]
    public void Passed_AClientThatWaitedBeyondItsPatience_Fails()
    {
        Assert.False((Held with { Posts = Slow }).Passed);
        Assert.False((Held with { Clients = Seen with { StreamRequests = Slow } }).Passed);
    }

    [Fact]
    public void Passed_AReadingThatWentBackwardsOrNone_Fails()
    {
        Assert.False((Held with { Clients = Seen with { Readings = Readings with { WentBackwards = 1 } } }).Passed);
        Assert.False((Held with { Clients = Seen with { Readings = Readings with { Unread = 1 } } }).Passed);
    }

    [Fact]
    public void Passed_AnEventThatIsMissingOrRepeated_Fails()
    {
        Assert.False((Held with { Clients = Seen with { Streams = Streams(1) } }).Passed);
        Assert.False((Held with { Clients = Seen with { Streams = Streams(1, 2, 2) } }).Passed);
        Assert.False((Held with { Clients = Seen with { Streams = Streams(2, 1) } }).Passed);
    }

    [Fact]
    public void Passed_NotAllReplacedOrOneKilled_Fails()
    {
        Assert.False((Held with { Replacements = [Replace(0)] }).Passed);
        Assert.False((Held with { Replacements = [.. Held.Replacements.Skip(1), Replace(137)] }).Passed);
        Assert.False((Held with { Replacements = [.. Held.Replacements.Skip(1), Replace(null)] }).Passed);
        Assert.False((Held with { Clients = Seen with { DashboardReconnections = 0 } }).Passed);
    }

    [Fact]
    public void Passed_AFeedThatDiffers_Fails() => Assert.False((Held with { Summary = DrillSummaries.Create(lost: 1) }).Passed);

    private static StreamComparison Streams(params int[] received) => new StreamComparison().Add(
        "u",
        [.. Enumerable.Range(1, 2).Select(number => new ReferenceEntry(number, $"{number}", ActionType.Post, "a", "c", "", number))],
        [.. received.Select((number, i) => new ReadEntry($"{number}", "post", "a", "c", "", number, i + 1))]);

    private static Replacement Replace(int? exitCode) => new()
    {
        Round = 1, Service = "ingest", At = default, ExitCode = exitCode, StoppedAfter = default, HealthyAfter = default, SettledAfter = default,
        LongestPause = null, LongestAckGap = null, Repeats = 3,
    };
}
