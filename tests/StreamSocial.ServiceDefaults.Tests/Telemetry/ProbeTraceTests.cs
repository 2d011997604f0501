using System.Collections.Concurrent;
using System.Diagnostics;
using Microsoft.AspNetCore.Builder;
using OpenTelemetry;
using OpenTelemetry.Trace;

namespace StreamSocial.ServiceDefaults.Tests.Telemetry;

public sealed class ProbeTraceTests
{
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

        foreach (var path in new[] { "/health", "/alive", "/metrics", "/request" })
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
            // The client's spans of this process are there too.
            if (data.Kind != ActivityKind.Server)
                return;
            Paths.Enqueue((string?)data.GetTagItem("url.path") ?? "");
            _firstEnded.TrySetResult();
        }
    }
}
