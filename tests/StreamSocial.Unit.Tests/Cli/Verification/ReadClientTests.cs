using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using StreamSocial.Cli.Verification;

namespace StreamSocial.Unit.Tests.Cli.Verification;

public sealed class ReadClientTests
{
    /// <summary>Seen when an autoscaler stopped replicas while a drill read back: each of ten thousand requests waited for its timeout.</summary>
    [Fact]
    public async Task Read_AReplicaWasStoppedBehindItsProxy_IsAskedOnce()
    {
        await using var server = await StartAsync();
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
        var address = new Uri(server.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single());
        using var client = new ReadClient([new Uri($"http://127.0.0.1:{((IPEndPoint)silent.LocalEndpoint).Port}"), address], TimeProvider.System, TimeSpan.FromSeconds(2));

        for (var read = 0; read < 20; read++)
            Assert.Equal(read, (await client.ReadNotificationsAsync($"{read}", TestContext.Current.CancellationToken)).Unread);

        Assert.False(accepting.IsFaulted);
        Assert.Equal(1, accepted);
    }

    private static async Task<WebApplication> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        var app = builder.Build();
        app.MapGet("/v1/notifications/{user}", (int user) => new { unread = user, notifications = Array.Empty<string>() });
        await app.StartAsync();
        return app;
    }
}
