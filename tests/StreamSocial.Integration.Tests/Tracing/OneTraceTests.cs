using System.Net.Http.Json;
using StreamSocial.Integration.Tests.Topology;

namespace StreamSocial.Integration.Tests.Tracing;

/// <summary>One trace from the HTTP POST to the feed, across processes and a repartitioning, parent by parent.</summary>
[Collection(nameof(EmbeddedTopology))]
public sealed class OneTraceTests(TopologyFixture fixture)
{
    /// <summary>The request's descendants: up to three processes export them, in batches of their own, so they come in any order.</summary>
    private static readonly HashSet<string> s_steps =
        ["send user-actions", "process user-actions", "send feed-updates", "process feed-updates"];

    private readonly RunningTopology _topology = fixture.Topology;

    [Fact]
    public async Task Post_Sampled_IsOneTraceFromTheRequestToTheFeedsUpdate()
    {
        await _topology.PostAsync(new { type = "follow", userId = "trace-b", targetUserId = "trace-a" });
        const string TraceId = "0af7651916cd43dd8448eb211c80319c";
        const string ClientSpan = "b7ad6b7169203331";
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/actions")
        {
            Content = JsonContent.Create(new { actionId = "trace-1", type = "post", userId = "trace-a", contentId = "trace-p" }),
        };
        request.Headers.Add("traceparent", $"00-{TraceId}-{ClientSpan}-01");
        using (var response = await _topology.Ingest.SendAsync(request))
            response.EnsureSuccessStatusCode();
        using var client = _topology.Generator(1);
        await _topology.ReadFeedAsync(client, "trace-b", count: 1);

        IReadOnlyList<CollectedSpan> spans = [];
        await Eventually.TrueAsync(
            "every process has exported its part of the trace",
            () =>
            {
                spans = _topology.Collector.Trace(TraceId);
                return Task.FromResult(s_steps.IsSubsetOf(spans.Select(span => span.Name)) && spans.Any(span => span.ParentSpanId == ClientSpan));
            },
            () => string.Join("\n", spans));

        var post = Assert.Single(spans, span => span.ParentSpanId == ClientSpan);
        Assert.Equal("ingest", post.Service);
        var sent = ChildOf(post, "send user-actions");
        var acted = ChildOf(sent, "process user-actions");
        var fannedOut = ChildOf(acted, "send feed-updates");
        var updated = ChildOf(fannedOut, "process feed-updates");
        Assert.StartsWith("feed-generator-", acted.Service, StringComparison.Ordinal);
        Assert.StartsWith("feed-generator-", updated.Service, StringComparison.Ordinal);
        Assert.All(new[] { sent, acted, fannedOut, updated }, span => Assert.Equal("kafka", span.Attributes["messaging.system"]));
        Assert.All(new[] { acted, updated }, span => Assert.Subset(
            span.Attributes.Keys.ToHashSet(),
            new HashSet<string> { "messaging.destination.partition.id", "messaging.kafka.offset", "messaging.client.id", "streamsocial.assignment.epoch" }));

        // Whoever takes a partition over meanwhile processes a record again, so there may be several.
        CollectedSpan ChildOf(CollectedSpan parent, string name) => spans.First(span => span.ParentSpanId == parent.SpanId && span.Name == name);
    }
}
