using System.Collections.Concurrent;
using Google.Protobuf;
using Google.Protobuf.Collections;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using StreamSocial.Integration.Tests.Tracing.Otlp;

namespace StreamSocial.Integration.Tests.Tracing;

/// <summary>An OTLP backend in the test's process: keeps the spans, takes metrics and logs without looking.</summary>
internal sealed class OtlpCollector : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly ConcurrentQueue<CollectedSpan> _spans = new();

    private OtlpCollector(WebApplication app) => _app = app;

    /// <summary>Endpoint for <c>OTEL_EXPORTER_OTLP_ENDPOINT</c> with protocol <c>http/protobuf</c>.</summary>
    public string Endpoint => _app.Urls.First();

    public static async Task<OtlpCollector> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        var collector = new OtlpCollector(builder.Build());
        collector._app.MapPost("/v1/traces", collector.TakeAsync);
        collector._app.MapPost("/v1/metrics", () => Results.Ok());
        collector._app.MapPost("/v1/logs", () => Results.Ok());
        await collector._app.StartAsync();
        return collector;
    }

    /// <summary>The spans of one trace that have arrived.</summary>
    public IReadOnlyList<CollectedSpan> Trace(string traceId) => [.. _spans.Where(span => span.TraceId == traceId)];

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private async Task<IResult> TakeAsync(HttpRequest request)
    {
        using var body = new MemoryStream();
        await request.Body.CopyToAsync(body);
        foreach (var resource in ExportTraceServiceRequest.Parser.ParseFrom(body.ToArray()).ResourceSpans)
        {
            var service = Attributes(resource.Resource.Attributes).GetValueOrDefault("service.name", "?");
            foreach (var span in resource.ScopeSpans.SelectMany(scope => scope.Spans))
                _spans.Enqueue(new CollectedSpan(service, Hex(span.TraceId), Hex(span.SpanId), Hex(span.ParentSpanId), span.Name, Attributes(span.Attributes)));
        }
        return Results.Ok();
    }

    private static string Hex(ByteString id) => Convert.ToHexStringLower(id.Span);

    private static Dictionary<string, string> Attributes(RepeatedField<KeyValue> attributes) =>
        attributes.GroupBy(a => a.Key).ToDictionary(a => a.Key, a => a.Last().Value switch
        {
            { ValueCase: AnyValue.ValueOneofCase.StringValue } text => text.StringValue,
            { ValueCase: AnyValue.ValueOneofCase.IntValue } number => number.IntValue.ToString(System.Globalization.CultureInfo.InvariantCulture),
            _ => "",
        });
}
