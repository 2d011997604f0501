using System.Collections.Concurrent;
using System.Diagnostics;
using Microsoft.AspNetCore.Builder;
using OpenTelemetry;
using OpenTelemetry.Trace;

namespace StreamSocial.ServiceDefaults.Tests.Telemetry;

public sealed class ProbeTraceTests
{
    private static readonly string[] Asked = ["/health", "/alive", "/metrics", "/request"];

    [Fact]
    public async Task Traces_OfProbesAndRequests_HoldTheRequestsOnly()
    {
        using var spans = new SpanRecorder();
        await using var server = await TestServer.StartAsync(
            builder =>
            {
                builder.AddServiceDefaults();
                builder.Services.ConfigureOpenTelemetryTracerProvider(tracing => tracing.AddProcessor(spans));
            },
            app =>
            {
                app.MapDefaultEndpoints();
                app.MapGet("/request", () => "");
            },
            "--OTEL_EXPORTER_OTLP_ENDPOINT=http://127.0.0.1:1", "--Telemetry:TraceSampleRatio=1", "--Telemetry:Prometheus=true");

        foreach (var path in Asked)
            await server.Client.GetStringAsync(path, TestContext.Current.CancellationToken);

        await spans.FirstEnded.WaitAsync(TimeSpan.FromSeconds(10), TestContext.Current.CancellationToken);
        Assert.Equal(["/request"], spans.Paths);
    }

    private sealed class SpanRecorder : BaseProcessor<Activity>
    {
        private readonly TaskCompletionSource _firstEnded = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task FirstEnded => _firstEnded.Task;

        public ConcurrentQueue<string> Paths { get; } = new();

        public override void OnEnd(Activity data)
        {
            // Spans of the whole process come here: the client's, and those of other tests' servers.
            if (data.Kind != ActivityKind.Server || data.GetTagItem("url.path") is not string path || !Asked.Contains(path))
                return;
            Paths.Enqueue(path);
            _firstEnded.TrySetResult();
        }
    }
}
