using StreamSocial.Alerts.Evaluation;
using StreamSocial.Dashboard.Alerts;
using StreamSocial.Streams.Membership;

namespace StreamSocial.Browser.Tests.Alerts;

/// <summary>What came within the last minutes, of one number and of the members' audits.</summary>
public sealed class GrowthTests
{
    private static readonly DateTimeOffset Start = DateTimeOffset.UnixEpoch.AddDays(20_000);

    [Fact]
    public void Add_Readings_GivesWhatCameWithinTheWindow()
    {
        var window = new GrowthWindow(TimeSpan.FromMinutes(10));

        Assert.Equal(new GrowthSignal(0, IsComplete: false), window.Add(Start, 5));
        Assert.Equal(new GrowthSignal(2, IsComplete: false), window.Add(Start.AddMinutes(9), 7));
        Assert.Equal(new GrowthSignal(2, IsComplete: true), window.Add(Start.AddMinutes(18), 7));
        Assert.Equal(new GrowthSignal(0, IsComplete: true), window.Add(Start.AddMinutes(19), 7));
        // Another log of the same name.
        Assert.Equal(new GrowthSignal(0, IsComplete: false), window.Add(Start.AddMinutes(20), 1));
    }

    [Fact]
    public void Add_AfterAGapThatIsLongerThanTheWindow_GivesWhatCameInTheGap()
    {
        var window = new GrowthWindow(TimeSpan.FromMinutes(10));
        window.Add(Start, 5);

        Assert.Equal(new GrowthSignal(4, IsComplete: true), window.Add(Start.AddMinutes(30), 9));
    }

    [Fact]
    public void Add_ClockSetBack_BeginsAnew()
    {
        var window = new GrowthWindow(TimeSpan.FromMinutes(10));
        window.Add(Start.AddHours(1), 5);

        Assert.Equal(new GrowthSignal(0, IsComplete: false), window.Add(Start, 7));
        Assert.Equal(new GrowthSignal(1, IsComplete: true), window.Add(Start.AddMinutes(10), 8));
    }

    [Fact]
    public void GrowthOf_MembersThatCountedAndCameAndWent_IsWhatWasCountedAnewWithinTheWindow()
    {
        var window = AuditWindow.Empty;

        Assert.Equal((2, false), Observe(ref window, 0, ("a", 2), ("b", 0)));
        Assert.Equal((3, false), Observe(ref window, 1, ("a", 2), ("b", 1)));
        // One that goes takes nothing back, and one that comes back brings nothing new.
        Assert.Equal((3, false), Observe(ref window, 2, ("b", 1)));
        Assert.Equal((3, false), Observe(ref window, 3, ("a", 2), ("b", 1)));
        Assert.Equal((1, true), Observe(ref window, 10, ("a", 2), ("b", 1)));
        Assert.Equal((0, true), Observe(ref window, 11, ("a", 2), ("b", 1)));
        Assert.Equal((4, true), Observe(ref window, 12, ("a", 6), ("b", 1)));
    }

    [Fact]
    public void GrowthOf_ClockSetBack_BeginsAnewAndCountsNothingTwice()
    {
        var window = AuditWindow.Empty;

        Assert.Equal((2, false), Observe(ref window, 60, ("a", 2)));
        Assert.Equal((0, false), Observe(ref window, 0, ("a", 2)));
        Assert.Equal((1, true), Observe(ref window, 10, ("a", 3)));
    }

    [Fact]
    public void GrowthOf_NobodyReports_IsUnknown()
    {
        var silent = new Member { MemberId = "a", ReportedAt = Start.ToUnixTimeMilliseconds(), Counters = new MemberCounters() };

        Assert.Null(AuditWindow.Empty.GrowthOf(Group(0, null)));
        Assert.Null(AuditWindow.Empty.GrowthOf(Group(5, [silent])));
    }

    private static (long Amount, bool IsComplete) Observe(ref AuditWindow window, int minute, params (string Id, long Lost)[] members)
    {
        var group = Group(minute, [.. members.Select(member => new Member
        {
            MemberId = member.Id,
            ReportedAt = Start.AddMinutes(minute).ToUnixTimeMilliseconds(),
            Counters = new MemberCounters { EntriesLost = member.Lost },
        })]);
        window = window.After(group);
        var lost = window.GrowthOf(group)!.Lost;
        return (lost.Amount, lost.IsComplete);
    }

    private static GroupReading Group(int minute, Member[]? members) => GroupReading.Create(Start.AddMinutes(minute), [], members, TimeSpan.FromSeconds(10));
}
