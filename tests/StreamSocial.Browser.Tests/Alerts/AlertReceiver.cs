using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace StreamSocial.Browser.Tests.Alerts;

/// <summary>Takes notifications in Alertmanager's format, or answers 503 as long as it is told to.</summary>
internal sealed class AlertReceiver : IAsyncDisposable
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(30);

    private readonly WebApplication _app;
    private readonly ConcurrentQueue<JsonNode> _messages = [];
    private volatile bool _isDead;
    private int _refused;

    private AlertReceiver(WebApplication app, bool isDead) => (_app, _isDead) = (app, isDead);

    public string Address => $"{_app.Urls.Single()}/webhook";

    /// <summary>Whether it takes nothing.</summary>
    public bool IsDead
    {
        get => _isDead;
        set => _isDead = value;
    }

    /// <summary>The rule of which it refuses every message as malformed; null for none.</summary>
    public string? RefusedRule { get; set; }

    /// <summary>Requests that it did not take.</summary>
    public int Refused => Volatile.Read(ref _refused);

    /// <summary>What it was told of a rule, in order: the status and when the alert began.</summary>
    public IReadOnlyList<(string Status, string StartsAt)> Told(string rule) =>
    [
        .. _messages.SelectMany(message => message["alerts"]!.AsArray())
            .Where(alert => alert!["labels"]!["alertname"]!.GetValue<string>() == rule)
            .Select(alert => (alert!["status"]!.GetValue<string>(), alert["startsAt"]!.GetValue<string>())),
    ];

    public JsonNode First => _messages.First();

    public static async Task<AlertReceiver> StartAsync(bool isDead = false)
    {
        var builder = WebApplication.CreateSlimBuilder(["--urls=http://127.0.0.1:0"]);
        builder.Logging.ClearProviders();
        var app = builder.Build();
        var receiver = new AlertReceiver(app, isDead);
        app.MapPost("/webhook", receiver.TakeAsync);
        await app.StartAsync();
        return receiver;
    }

    /// <summary>Waits until it was told so much of a rule.</summary>
    public Task ExpectAsync(string rule, int count) => ExpectAsync(() => Told(rule).Count >= count, $"{count} notifications of {rule}");

    /// <summary>Waits until something holds.</summary>
    public async Task ExpectAsync(Func<bool> holds, string what)
    {
        var started = TimeProvider.System.GetTimestamp();
        while (!holds())
        {
            if (TimeProvider.System.GetElapsedTime(started) > Timeout)
                Assert.Fail($"The receiver should have had {what} within {Timeout.TotalSeconds:0} s; it was told {string.Join(", ", _messages.Select(message => message.ToJsonString()))} and refused {Refused}.");
            await Task.Delay(50, TestContext.Current.CancellationToken);
        }
    }

    public async ValueTask DisposeAsync() => await _app.DisposeAsync();

    private async Task<IResult> TakeAsync(HttpRequest request)
    {
        if (_isDead)
        {
            Interlocked.Increment(ref _refused);
            return Results.StatusCode(StatusCodes.Status503ServiceUnavailable);
        }
        using var reader = new StreamReader(request.Body);
        var message = JsonNode.Parse(await reader.ReadToEndAsync())!;
        if (message["groupLabels"]!["alertname"]!.GetValue<string>() == RefusedRule)
        {
            Interlocked.Increment(ref _refused);
            return Results.BadRequest();
        }
        _messages.Enqueue(message);
        return Results.Ok();
    }
}
