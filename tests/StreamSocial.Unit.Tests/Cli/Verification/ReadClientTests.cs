using System.Net;
using System.Net.Sockets;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using StreamSocial.Cli;
using StreamSocial.Cli.Verification;

namespace StreamSocial.Unit.Tests.Cli.Verification;

public sealed class ReadClientTests
{
    /// <summary>Seen when an autoscaler stopped replicas while a drill read back: each of ten thousand requests waited for its timeout.</summary>
    [Fact]
    public async Task Read_AReplicaWasStoppedBehindItsProxy_IsAskedOnce()
    {
        await using var server = await StartAsync(
            app => app.MapGet("/v1/notifications/{user}", (int user) => new { unread = user, notifications = Array.Empty<string>() }));
        using var silent = new TcpListener(IPAddress.Loopback, 0);
        silent.Start();
        var accepted = 0;
        var accepting = Task.Run(async () =>
        {
            var held = new List<TcpClient>();
            while (true)
            {
                held.Add(await silent.AcceptTcpClientAsync(TestContext.Current.CancellationToken));
                accepted++;
            }
        }, TestContext.Current.CancellationToken);
        var address = AddressOf(server);
        using var client = new ReadClient([new Uri($"http://127.0.0.1:{((IPEndPoint)silent.LocalEndpoint).Port}"), address], TimeProvider.System, TimeSpan.FromSeconds(2));

        for (var read = 0; read < 20; read++)
            Assert.Equal(read, (await client.ReadNotificationsAsync($"{read}", TestContext.Current.CancellationToken)).Unread);

        Assert.False(accepting.IsFaulted);
        Assert.Equal(1, accepted);
    }

    [Fact]
    public async Task ReadFeeds_AFullFeedSaysThatMoreFollows_WhatFollowsIsReadToo()
    {
        await using var server = await StartAsync(app =>
        {
            app.MapPost("/v1/feeds:batchGet", () => new { items = new[] { new { user = "u", entries = Entries(3, 2), next = "b" } } });
            app.MapGet("/v1/feeds/u", (string before, int limit) => new { user = "u", entries = Entries(limit), next = before + "b" });
        });
        using var client = new ReadClient([AddressOf(server)], TimeProvider.System);

        var feed = Assert.Single(await client.ReadFeedsAsync(["u"], 2, TestContext.Current.CancellationToken));

        Assert.Equal(["3", "2", "1"], feed.Select(entry => entry.ActionId));
        static ReadEntry[] Entries(params int[] numbers) => [.. numbers.Select(number => new ReadEntry($"{number}", "post", "a", "c", "", number, number))];
    }

    [Fact]
    public async Task ReadFeeds_NothingFollowsThoughMoreIsSaidTo_IsNotHeld()
    {
        await using var server = await StartAsync(app =>
        {
            app.MapPost("/v1/feeds:batchGet", () => new { items = new[] { new { user = "u", entries = Array.Empty<ReadEntry>(), next = "b" } } });
            app.MapGet("/v1/feeds/u", () => new { user = "u", entries = Array.Empty<ReadEntry>(), next = "b" });
        });
        using var client = new ReadClient([AddressOf(server)], TimeProvider.System);

        await Assert.ThrowsAsync<NotHeldException>(() => client.ReadFeedsAsync(["u"], 2, TestContext.Current.CancellationToken));
    }

    /// <summary>As a proxy on the way may.</summary>
    [Theory]
    [InlineData(200, "text/html; charset=utf8", "<html>")]
    [InlineData(200, "application/json; charset=nonsense", "{}")]
    [InlineData(200, "application/json", "{")]
    [InlineData(502, "text/html; charset=utf8", "<html>bad gateway")]
    public async Task ReadFeeds_AnswerIsSomethingElse_IsNotHeld(int status, string type, string body)
    {
        await using var server = await StartAsync(app => app.MapPost("/v1/feeds:batchGet", async (HttpResponse response) =>
        {
            (response.StatusCode, response.ContentType) = (status, type);
            await response.Body.WriteAsync(Encoding.UTF8.GetBytes(body));
        }));
        using var client = new ReadClient([AddressOf(server)], TimeProvider.System);

        var e = await Assert.ThrowsAsync<NotHeldException>(() => client.ReadFeedsAsync(["u"], 2, TestContext.Current.CancellationToken));

        if (status != 200)
            Assert.Contains("502 after 1 tries: <html>bad gateway", e.Message, StringComparison.Ordinal);
    }

    private static Uri AddressOf(WebApplication server) => new(server.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single());

    private static async Task<WebApplication> StartAsync(Action<WebApplication> map)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        var app = builder.Build();
        map(app);
        await app.StartAsync();
        return app;
    }
}
