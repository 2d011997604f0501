using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text;
using StreamSocial.Events;
using StreamSocial.Ingest.Telemetry;

namespace StreamSocial.Ingest.Tests.Telemetry;

public class TracingTests
{
    [Fact]
    public async Task Post_SampledRequest_SpanForEachRecordBelowTheRequestAndInItsHeader()
    {
        await using var host = await IngestHost.StartAsync();
        var trace = ActivityTraceId.CreateRandom();
        var spans = new ConcurrentBag<Activity>();
        using var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name is ProducerSpans.SourceName or "Microsoft.AspNetCore",
            Sample = (ref ActivityCreationOptions<ActivityContext> options) =>
                options.Parent.TraceId == trace ? ActivitySamplingResult.AllDataAndRecorded : ActivitySamplingResult.None,
            ActivityStopped = spans.Add,
        };
        ActivitySource.AddActivityListener(listener);

        using var response = await host.PostAsync(
            "/v1/actions",
            """[{"type":"like","userId":"ann","contentId":"c"},{"type":"like","userId":"ann","contentId":"c"}]""",
            ("traceparent", $"00-{trace}-{ActivitySpanId.CreateRandom()}-01"));

        var headers = TopicReader.ReadAll(host, TopicNames.UserActions).Select(record => Encoding.UTF8.GetString(record.Message.Headers.GetLastBytes("traceparent")));
        var sends = spans.Where(span => span.TraceId == trace && span.Source.Name == ProducerSpans.SourceName).ToList();
        Assert.Equal(2, sends.Count);
        Assert.Equal(sends.Select(span => span.Id).Order(), headers.Order());
        Assert.All(sends, span => Assert.Equal(("send user-actions", ActivityKind.Producer), (span.DisplayName, span.Kind)));
        Assert.Single(sends.Select(span => span.ParentSpanId).Distinct());
    }
}
