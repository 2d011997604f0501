using System.Net;
using StreamSocial.Dashboard;
using StreamSocial.Dashboard.Pages;
using StreamSocial.Dashboard.Rebalances;
using StreamSocial.Dashboard.Snapshots;
using StreamSocial.Dashboard.Sources;
using StreamSocial.Kafka.Lag;
using StreamSocial.Scaling;
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
    public void Render_APartitionIsUnknown_LagAndAgeAreLowerBounds()
    {
        var member = new Member { MemberId = "a", Topics = { new MemberTopic { Topic = "t", Partitions = { 0 }, NextOffsets = { 70 } } } };
        var group = GroupReading.Create(DateTimeOffset.UnixEpoch, [new TopicLogEnds("t", [100, 100])], [member], TimeSpan.FromSeconds(10));
        var topic = group.Topics[0];
        var aged = topic with { Partitions = topic.Partitions.SetItem(0, topic.Partitions[0] with { OldestAge = TimeSpan.FromSeconds(5) }) };

        var html = WebUtility.HtmlDecode(PlainPage.Render(SnapshotBuilder.Build(null, new ClusterReading(group with { Topics = [aged] }, [], null, null), 1, SnapshotFrame.From(new DashboardOptions()), MemberHistory.Empty), hasLivePage: false));

        Assert.Contains("<th scope=\"row\">Lag</th><td>≥ 30 (1 partitions unknown)</td>", html, StringComparison.Ordinal);
        Assert.Contains("<th scope=\"row\">Oldest record waits</th><td>≥ 5.0 s (1 partitions unknown)</td>", html, StringComparison.Ordinal);
    }

    [Fact]
    public void Render_RefusedStep_SaysThatItIsNotDone()
    {
        var refused = new ScalingDecision { DecisionId = "1", Verdict = ScalingVerdict.ScaleOut, CurrentReplicas = 2, DesiredReplicas = 5, Actuation = "no room", Accepted = false };
        var reading = new ClusterReading(GroupReading.Create(DateTimeOffset.UnixEpoch, [], [], TimeSpan.FromSeconds(10)), [refused], null, null);

        var html = PlainPage.Render(SnapshotBuilder.Build(null, reading, 1, SnapshotFrame.From(new DashboardOptions()), MemberHistory.Empty), hasLivePage: false);

        Assert.Contains("<td>5</td><td>not done: no room</td>", html, StringComparison.Ordinal);
    }

    [Fact]
    public void Render_NoLivePage_SaysWhatItNeeds() =>
        Assert.Contains("Node 20", PlainPage.Render(null, hasLivePage: false), StringComparison.Ordinal);
}
