using System.Net.Http.Json;
using Aspire.Hosting.Testing;

namespace StreamSocial.Compat.Tests;

public class TestingBuilderTests
{
    [Fact]
    public async Task EntryPoint_BuiltByTheTest_ServesWithItsEnvironment()
    {
        await using var builder = await DistributedApplicationTestingBuilder.CreateAsync<Projects.Compat_AppHost>(["--Port=4711"], TestApplication.Deadline());
        await using var app = await builder.BuildAsync(TestApplication.Deadline());
        await app.StartAsync(TestApplication.Deadline());
        await app.ResourceNotifications.WaitForResourceHealthyAsync("first", TestApplication.Deadline());

        using var first = app.CreateHttpClient("first");
        Assert.Equal("127.0.0.1:4711", await first.GetStringAsync("/environment/ConnectionStrings__brokers", TestApplication.Deadline()));
        Assert.Equal(["one", "two words"], await first.GetFromJsonAsync<string[]>("/arguments", TestApplication.Deadline()) ?? []);
        Assert.Equal("127.0.0.1:4711", await app.GetConnectionStringAsync("brokers", TestApplication.Deadline()));

        await app.ResourceCommands.ExecuteCommandAsync("second", KnownResourceCommands.StartCommand, TestApplication.Deadline());
        await app.ResourceNotifications.WaitForResourceHealthyAsync("second", TestApplication.Deadline());
        using var second = app.CreateHttpClient("second");
        var address = app.GetEndpoint("first");
        Assert.Equal(address, new Uri(await second.GetStringAsync("/environment/services__first__http__0", TestApplication.Deadline())));
        Assert.Equal(address.Authority, await second.GetStringAsync("/environment/FIRST_HOST_AND_PORT", TestApplication.Deadline()));
        await app.StopAsync(TestApplication.Deadline());
    }

    [Fact]
    public async Task TwoAtOnce_EachHasItsOwnConfiguration()
    {
        await using var one = await DistributedApplicationTestingBuilder.CreateAsync<Projects.Compat_AppHost>(["--Port=1"], TestApplication.Deadline());
        await using var two = await DistributedApplicationTestingBuilder.CreateAsync<Projects.Compat_AppHost>(["--Port=2"], TestApplication.Deadline());

        Assert.Equal("1", one.Configuration["Port"]);
        Assert.Equal("2", two.Configuration["Port"]);
    }

    [Fact]
    public void Projects_Generated_KnowTheirPlaces()
    {
        Assert.EndsWith("Compat.AppHost", Projects.Compat_AppHost.ProjectPath);
        Assert.EndsWith("Compat.Service.csproj", new Projects.Compat_Service().ProjectPath);
        Assert.True(File.Exists(new Projects.Compat_Service().TargetPath));
    }
}
