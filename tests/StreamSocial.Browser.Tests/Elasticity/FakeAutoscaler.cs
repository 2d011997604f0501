using System.Collections.Concurrent;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace StreamSocial.Browser.Tests.Elasticity;

/// <summary>The autoscaler's <c>/v1/override</c>, for 1 to 3 replicas.</summary>
internal sealed class FakeAutoscaler : IAsyncDisposable
{
    private const int Maximum = 3;

    private readonly WebApplication _app;
    private volatile string _document = """{"kind":"none","replicas":null,"until":null}""";

    private FakeAutoscaler(WebApplication app) => _app = app;

    public string Address => _app.Urls.Single();

    /// <summary>Bodies of the <c>PUT</c>s, oldest first.</summary>
    public ConcurrentQueue<string> Requests { get; } = [];

    public string Document => _document;

    public static async Task<FakeAutoscaler> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder(["--urls=http://127.0.0.1:0"]);
        builder.Logging.ClearProviders();
        var app = builder.Build();
        var autoscaler = new FakeAutoscaler(app);
        app.MapGet("/v1/override", () => Results.Text(autoscaler._document, "application/json"));
        app.MapPut("/v1/override", autoscaler.PutAsync);
        app.MapDelete("/v1/override", () =>
        {
            autoscaler._document = """{"kind":"none","replicas":null,"until":null}""";
            return Results.NoContent();
        });
        await app.StartAsync();
        return autoscaler;
    }

    public async ValueTask DisposeAsync() => await _app.DisposeAsync();

    private async Task<IResult> PutAsync(HttpRequest request)
    {
        using var reader = new StreamReader(request.Body);
        var text = await reader.ReadToEndAsync();
        Requests.Enqueue(text);
        var body = JsonNode.Parse(text)!;
        var replicas = body["replicas"]?.GetValue<int>();
        if (replicas > Maximum)
            return Results.Problem($"replicas is {replicas}; give 1 to {Maximum}.", statusCode: StatusCodes.Status400BadRequest);
        var until = body["forSeconds"]?.GetValue<int>() is { } seconds ? TimeProvider.System.GetUtcNow().AddSeconds(seconds) : (DateTimeOffset?)null;
        _document = JsonSerializer.Serialize(new { kind = body["kind"]!.GetValue<string>(), replicas, until });
        return Results.Text(_document, "application/json");
    }
}
