using StreamSocial.Dashboard;
using StreamSocial.Dashboard.Pages;
using StreamSocial.Dashboard.Rebalances;
using StreamSocial.Dashboard.Snapshots;
using StreamSocial.Dashboard.Sources;
using StreamSocial.Streams.Membership;

namespace StreamSocial.Browser.Tests.Pages;

public sealed class PlainPageTests
{
    [Fact]
    public void Render_NamesThatLookLikeMarkup_AreEncoded()
    {
        var reading = new ClusterReading(
            GroupReading.Create(DateTimeOffset.UnixEpoch, [], [new Member { MemberId = "<script>alert(1)</script>" }], TimeSpan.FromSeconds(10)), [], null, null);

        var html = PlainPage.Render(SnapshotBuilder.Build(null, reading, 1, SnapshotFrame.From(new DashboardOptions()), MemberHistory.Empty), hasLivePage: false);

        Assert.DoesNotContain("<script", html, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("&lt;script&gt;", html, StringComparison.Ordinal);
    }

    [Fact]
    public void Render_NoLivePage_SaysWhatItNeeds() =>
        Assert.Contains("Node 20", PlainPage.Render(null, hasLivePage: false), StringComparison.Ordinal);
}
