using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using StreamSocial.Alerts.Rules;
using StreamSocial.Alerts.State;
using StreamSocial.Dashboard.Alerts.Webhook;

namespace StreamSocial.ServiceDefaults.Tests.Dashboard;

public sealed class WebhookClientTests
{
    private static readonly CancellationToken Token = TestContext.Current.CancellationToken;

    /// <summary>A proxy that wants a login sends everybody to a page that answers 200; nobody has been told then.</summary>
    [Fact]
    public async Task Post_ReceiverRedirects_IsNotFollowed()
    {
        await using var receiver = await TestServer.StartAsync(_ => { }, app =>
        {
            app.MapPost("/alerts", () => Results.Redirect("/login"));
            app.MapGet("/login", () => Results.Ok());
        });
        await using var dashboard = await ServiceParts.StartAsync("dashboard");
        using var client = dashboard.Services.GetRequiredService<IHttpClientFactory>().CreateClient(nameof(WebhookClient));

        using var answer = await client.PostAsync(new Uri(receiver.Address, "alerts"), null, Token);

        Assert.Equal(HttpStatusCode.Redirect, answer.StatusCode);
    }

    /// <summary>The other groups wait meanwhile.</summary>
    [Theory]
    [InlineData(10, 30)]
    [InlineData(60, 60)]
    public async Task SendAsync_ReceiverFails_PausesDoNotGrowForEver(int breakSeconds, int longestSeconds)
    {
        await using var receiver = await TestServer.StartAsync(_ => { }, app => app.MapPost("/alerts", () => Results.StatusCode(503)));
        var options = new AlertOptions
        {
            Webhook = new() { Url = new Uri(receiver.Address, "alerts"), MaxRetries = 10, RetryDelay = TimeSpan.FromSeconds(30), BreakDuration = TimeSpan.FromSeconds(breakSeconds) },
        };
        var time = new ShortPauses(options.Webhook.Timeout);
        var client = new WebhookClient(receiver.Client, Options.Create(options), time);
        var episode = new Episode(DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch, null, "", null, false, false);
        var alert = new Alert(AlertRules.BrokerDown, ImmutableSortedDictionary<string, string>.Empty, AlertPhase.Inactive, "", null, [episode]);

        var answer = await client.SendAsync([new Notification(alert, episode, IsResolved: false)], Token);

        Assert.Equal("It answers with status 503.", answer.Problem);
        Assert.Equal(TimeSpan.FromSeconds(longestSeconds), time.Pauses.Max());
    }

    /// <summary>The system's time, but that each pause is over at once; only the limit of an attempt is not.</summary>
    private sealed class ShortPauses(TimeSpan limit) : TimeProvider
    {
        public ConcurrentQueue<TimeSpan> Pauses { get; } = [];

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            if (dueTime == limit || dueTime == Timeout.InfiniteTimeSpan)
                return base.CreateTimer(callback, state, dueTime, period);
            Pauses.Enqueue(dueTime);
            return base.CreateTimer(callback, state, TimeSpan.Zero, period);
        }
    }
}
