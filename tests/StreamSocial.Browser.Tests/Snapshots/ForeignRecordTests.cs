using System.Text.Json;
using Google.Protobuf;
using StreamSocial.Events;
using StreamSocial.Scaling;
using StreamSocial.Streams.Membership;

namespace StreamSocial.Browser.Tests.Snapshots;

/// <summary>Anybody may write to the topics that the dashboard reads; it goes on and shows what is real. No browser is needed.</summary>
public sealed class ForeignRecordTests
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task Snapshot_ForeignRecordsInEachTopic_ShowsTheOthers()
    {
        await using var dashboard = await RunningDashboard.StartAsync();
        var at = TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds();
        foreach (var topic in new[] { TopicNames.Members, TopicNames.ScalingDecisions, TopicNames.RebalanceEvents })
        {
            await dashboard.WriteAsync(topic, "garbage", "garbage"u8.ToArray());
            await dashboard.WriteAsync(topic, "empty", []);
        }
        await dashboard.WriteAsync(TopicNames.ScalingDecisions, "nan", new ScalingDecision { DecisionId = "nan", DecidedAt = at, Terms = { ["x"] = double.NaN } }.ToByteArray());
        await dashboard.WriteAsync(TopicNames.ScalingDecisions, "9999", new ScalingDecision { DecisionId = "9999", DecidedAt = 253_402_300_799_999 }.ToByteArray());
        await dashboard.WriteAsync(TopicNames.ScalingDecisions, "never", new ScalingDecision { DecisionId = "never", DecidedAt = long.MaxValue }.ToByteArray());
        await dashboard.WriteAsync(
            TopicNames.RebalanceEvents, "x", new RebalanceEvent { MemberId = "x", Type = RebalanceEventType.Revoked, OccurredAt = long.MaxValue, Duration = double.NaN }.ToByteArray());
        await dashboard.WriteAsync(
            TopicNames.RebalanceEvents,
            "x",
            new RebalanceEvent { MemberId = "x", Type = RebalanceEventType.Assigned, OccurredAt = at, Partitions = { new TopicPartitions { Topic = "t", Partitions = { -1 } } } }.ToByteArray());
        await dashboard.WriteAsync(TopicNames.Members, "nan", new Member { MemberId = "nan", BusyRatio = double.NaN }.ToByteArray());

        await dashboard.ReportAsync("feed-generator-1", [0], nextOffset: 0);
        await dashboard.DecideAsync("real", at, ScalingVerdict.ScaleOut, 1, 2);
        await dashboard.RebalanceAsync("feed-generator-1", RebalanceEventType.Assigned, at, [0]);
        await dashboard.RebalanceAsync("feed-generator-1", RebalanceEventType.Ready, at, []);

        using var client = new HttpClient { BaseAddress = new Uri(dashboard.Address) };
        var shown = "";
        for (var started = TimeProvider.System.GetTimestamp(); shown is not """["feed-generator-1"] ["real"] 1"""; shown = await ReadAsync(client))
        {
            Assert.True(TimeProvider.System.GetElapsedTime(started) < Timeout, $"The real member, decision and rebalance are shown: there was {shown}.");
            await Task.Delay(100, TestContext.Current.CancellationToken);
        }
    }

    private static async Task<string> ReadAsync(HttpClient client)
    {
        using var response = await client.GetAsync("api/snapshot", TestContext.Current.CancellationToken);
        if (!response.IsSuccessStatusCode)
            return $"{(int)response.StatusCode}";
        using var snapshot = JsonDocument.Parse(await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        var root = snapshot.RootElement;
        return $"{Names(root.GetProperty("members"), "id")} {Names(root.GetProperty("decisions"), "id")} {Count(root.GetProperty("rebalances"))}";
    }

    private static string Names(JsonElement rows, string property) => rows.ValueKind == JsonValueKind.Array
        ? JsonSerializer.Serialize(rows.EnumerateArray().Select(row => row.GetProperty(property).GetString()))
        : "unknown";

    private static string Count(JsonElement rows) => rows.ValueKind == JsonValueKind.Array ? $"{rows.GetArrayLength()}" : "unknown";
}
