using Spectre.Console;
using StreamSocial.Cli.Benchmarks.Handover;
using StreamSocial.Cli.Verification;

namespace StreamSocial.Unit.Tests.Cli.Benchmarks.Handover;

public sealed class HandoverReportTests
{
    [Theory]
    // Ours at the join and at the kill, beside 10 s and 12 s.
    [InlineData(1000, 11999, HandoverVerdict.Holds)]
    [InlineData(1001, 11999, HandoverVerdict.DoesNotHold)]
    [InlineData(1000, 12000, HandoverVerdict.DoesNotHold)]
    [InlineData(null, 11999, HandoverVerdict.Unknown)]
    [InlineData(1000, null, HandoverVerdict.Unknown)]
    // What is known does not hold, whatever the other is.
    [InlineData(null, 12000, HandoverVerdict.DoesNotHold)]
    public void Verdict_OfGaps_IsByTheLimits(int? join, int? kill, object verdict) =>
        Assert.Equal((HandoverVerdict)verdict, Report(Round(Figures(join, kill), Figures(10_000, 12_000))).Verdict);

    [Theory]
    [InlineData(null, 12_000)]
    [InlineData(10_000, null)]
    [InlineData(0, 12_000)]
    public void Verdict_UnknownGapOfThePeer_IsUnknown(int? join, int? kill) =>
        Assert.Equal(HandoverVerdict.Unknown, Report(Round(Figures(10, 10), Figures(join, kill))).Verdict);

    /// <summary>Where nothing was handed over, short gaps are no merit.</summary>
    [Fact]
    public void Verdict_SecondProcessNeverProcessed_IsUnknown()
    {
        var (idle, busy) = (Figures(10, 10) with { FirstRecord = null }, Figures(10_000, 12_000));
        Assert.Equal(HandoverVerdict.Unknown, Report(Round(idle, busy)).Verdict);
        Assert.Equal(HandoverVerdict.Unknown, Report(Round(Figures(10, 10), busy with { FirstRecord = null })).Verdict);
    }

    [Fact]
    public void Verdict_WithoutPeer_ComparesNothing()
    {
        var report = Report(Round(Figures(60_000, 60_000), null)) with { Peer = null };
        Assert.Equal((HandoverVerdict.NotCompared, null, null), (report.Verdict, report.JoinRatio, report.KillRatio));
    }

    [Fact]
    public void Verdict_EntryLost_DoesNotHoldWithoutPeerEither()
    {
        var report = Report(Round(Figures(10, 10), Figures(10_000, 12_000)) with { Outcome = Equal with { Lost = 1 } });
        Assert.Equal(HandoverVerdict.DoesNotHold, report.Verdict);
        Assert.Equal(HandoverVerdict.DoesNotHold, (report with { Peer = null }).Verdict);
    }

    [Fact]
    public void Ratio_OfRounds_IsTheMedianOfTheirRatios()
    {
        var report = Report(
            Round(Figures(500, 100), Figures(10_000, 1000)), Round(Figures(900, 100), Figures(10_000, 1000)), Round(Figures(3000, 100), Figures(10_000, 1000)));
        Assert.Equal(0.09, report.JoinRatio!.Value, 6);
        Assert.Equal(900, report.MedianOfOurs(figures => figures.Join?.Longest.TotalMilliseconds));
        Assert.Equal(10_000, report.MedianOfPeer(figures => figures.Join?.Longest.TotalMilliseconds));
        Assert.Equal(HandoverVerdict.Holds, report.Verdict);
    }

    [Fact]
    public void Median_OneRoundUnknown_IsUnknown()
    {
        var report = Report(Round(Figures(500, 100), Figures(10_000, 1000)), Round(Figures(500, 100), Figures(null, 1000)));
        Assert.Null(report.MedianOfPeer(figures => figures.Join?.Longest.TotalMilliseconds));
        Assert.Null(report.JoinRatio);
        Assert.Equal(500, report.MedianOfOurs(figures => figures.Join?.Longest.TotalMilliseconds));
        Assert.Equal(0.1, report.KillRatio!.Value, 6);
    }

    [Fact]
    public void Table_UnknownFigures_AreCalledSo()
    {
        var text = Write(Report(Round(Figures(1234, 2000), Figures(null, 12_000))));
        Assert.Contains("1,234 / 617 ms / 1 / 120", text, StringComparison.Ordinal);
        Assert.Contains("0.167", text, StringComparison.Ordinal);
        Assert.Contains("unknown", text, StringComparison.Ordinal);
        Assert.Contains("Not known", text, StringComparison.Ordinal);
        Assert.DoesNotContain("It holds", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Table_WithoutPeer_HasNoRatio()
    {
        var text = Write(Report(Round(Figures(1234, 2000), null)) with { Peer = null });
        Assert.DoesNotContain("ours / it", text, StringComparison.Ordinal);
        Assert.Contains("no --peer", text, StringComparison.Ordinal);
    }

    private static string Write(HandoverReport report)
    {
        using var output = new StringWriter();
        var console = AnsiConsole.Create(new AnsiConsoleSettings { Ansi = AnsiSupport.No, Out = new AnsiConsoleOutput(output) });
        console.Profile.Width = 200;
        HandoverTable.Write(console, report);
        return output.ToString();
    }

    private static HandoverReport Report(params HandoverRound[] rounds) =>
        new() { Peer = "kafka-streams", JoinLimit = 0.1, FurtherArguments = [], Rounds = rounds, Hardware = "a machine" };

    private static HandoverRound Round(HandoverFigures ours, HandoverFigures? peer) =>
        new() { Ours = ours, Peer = peer, Outcome = Equal, Lines = 172_000, LongestDelay = TimeSpan.Zero, LongestSilence = TimeSpan.Zero };

    private static HandoverFigures Figures(int? join, int? kill) => new()
    {
        Steady = Gap(700), Join = Gap(join), FirstRecord = TimeSpan.FromSeconds(12), LastPartition = TimeSpan.FromSeconds(20), Moved = 59, Kill = Gap(kill),
        AllBack = TimeSpan.FromSeconds(11), Due = 560_635, Lost = 0, Duplicated = 0,
    };

    private static GapFigures? Gap(int? longest) => longest is { } ms ? new(TimeSpan.FromMilliseconds(ms), TimeSpan.FromMilliseconds(ms / 2), ms > 1000 ? 1 : 0, 120) : null;

    private static Outcome Equal { get; } = Outcome.Of(new ReadBackTotals(), new());
}
